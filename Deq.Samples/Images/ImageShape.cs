namespace Deq.Samples.Images;

/// <summary>Channels, height and width of an image.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Values of one image.</summary>
    public int Size => checked(Channels * Height * Width);

    /// <summary>Longest side of what a model is given.</summary>
    private const int LongestSide = 4096;

    /// <exception cref="SampleException">No model is given such images.</exception>
    public void Check()
    {
        if (Channels < 1 || Height is < 1 or > LongestSide || Width is < 1 or > LongestSide)
            throw new SampleException($"images of {this} are none that a model here is given: sides are 1 to {LongestSide}");
    }

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}
