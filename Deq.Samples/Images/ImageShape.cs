namespace Deq.Samples.Images;

/// <summary>Channels, height and width of an image.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Values of one image.</summary>
    public int Size => checked(Channels * Height * Width);

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}
