using Deq.Samples.Report;

namespace Deq.Samples.Training;

/// <summary>How far a training has come, and what it was like until there.</summary>
internal sealed class TrainingProgress
{
    public List<StepRecord> Steps { get; } = [];

    public List<ValidationRecord> Validations { get; } = [];

    /// <summary>Time spent on the steps until now.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Steps one after another, up to the last, in which a solve diverged.</summary>
    public int Diverged { get; set; }

    /// <summary>The last step done; 0 before the first.</summary>
    public int Step => Steps.Count;

    public long Examples => Steps.Count == 0 ? 0 : Steps[^1].Examples;

    public void Save(BinaryWriter writer)
    {
        writer.Write(Time.Ticks);
        writer.Write(Diverged);
        writer.Write(Steps.Count);
        foreach (StepRecord step in Steps) step.Save(writer);
        writer.Write(Validations.Count);
        foreach (ValidationRecord validation in Validations)
        {
            writer.Write(validation.Step);
            writer.Write(validation.Examples);
            writer.Write(validation.Score);
            writer.Write(validation.SpectralRadius);
        }
    }

    public void Load(BinaryReader reader)
    {
        Time = TimeSpan.FromTicks(reader.ReadInt64());
        Diverged = reader.ReadInt32();
        for (int left = reader.ReadInt32(); left > 0; left--) Steps.Add(StepRecord.Load(reader));
        for (int left = reader.ReadInt32(); left > 0; left--) Validations.Add(new ValidationRecord(reader.ReadInt32(), reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble()));
    }
}
