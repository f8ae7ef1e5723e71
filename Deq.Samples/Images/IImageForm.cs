namespace Deq.Samples.Images;

/// <summary>The form of an image model, from which it is built; part of its checkpoint.</summary>
internal interface IImageForm<TSelf>
    where TSelf : IImageForm<TSelf>
{
    /// <summary>Height and width of the images it is made for.</summary>
    int Side { get; }

    /// <summary>What it is given.</summary>
    ImageShape Input { get; }

    /// <summary>How many it tells apart.</summary>
    int Classes { get; }

    /// <summary>The same form for images of another shape and number.</summary>
    TSelf For(ImageShape input, int classes);

    /// <summary>The explicit twin: the cells applied <paramref name="layers"/> times, weight-tied or with weights of their own.</summary>
    TSelf Explicit(int layers, bool tied);

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    void Check();

    /// <inheritdoc cref="Training.IModelDescription.LeastParameters"/>
    double LeastParameters();

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    ImageClassifier Build();
}
