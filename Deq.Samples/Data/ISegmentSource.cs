namespace Deq.Samples.Data;

/// <summary>Segments of a training text without end, with a position that can be saved.</summary>
internal interface ISegmentSource
{
    Segment Next();

    void Save(BinaryWriter writer);

    /// <summary>Goes on where <see cref="Save"/> was called.</summary>
    void Load(BinaryReader reader);
}
