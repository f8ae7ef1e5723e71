using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>
/// Embedding and softmax over the same vectors, with less spent on rarer words (Grave et al. 2017; Baevski and Auli 2019): words in order
/// of frequency are cut into clusters, each cluster's vectors half as wide as the last one's and mapped to the full width. The first
/// cluster's softmax has one more class for each other cluster; a rarer word's probability is its cluster's times its own within it.
/// </summary>
internal sealed class TiedAdaptiveSoftmax : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Cluster> clusters;
    private readonly Parameter? tails;
    private readonly Parameter? tailBias;
    private readonly int width;

    /// <param name="vocabulary">Number of words.</param>
    /// <param name="width">Width of the embedding.</param>
    /// <param name="cutoffs">The first word of each cluster but the first, ascending; those beyond the vocabulary are left out.</param>
    /// <param name="divisor">How much narrower each cluster's vectors are than the last one's.</param>
    public TiedAdaptiveSoftmax(int vocabulary, int width, IReadOnlyList<int> cutoffs, int divisor = 2) : base(nameof(TiedAdaptiveSoftmax))
    {
        this.width = width;
        clusters = new ModuleList<Cluster>();
        foreach ((int first, int end, int narrow) in Cut(vocabulary, width, cutoffs, divisor)) clusters.Add(new Cluster(first, end, narrow, width));
        if (clusters.Count > 1)
        {
            tails = new Parameter(randn(clusters.Count - 1, width) / Math.Sqrt(width));
            tailBias = new Parameter(zeros(clusters.Count - 1));
        }

        RegisterComponents();
    }

    /// <summary>Elements of all vectors and maps, without biases. In floating point, as sizes out of a file may have any product.</summary>
    public static double LeastParameters(int vocabulary, int width, IReadOnlyList<int> cutoffs, int divisor) => Cut(vocabulary, width, cutoffs, divisor)
        .Sum(cluster => cluster.Narrow * ((double)cluster.End - cluster.First + (cluster.Narrow < width ? width : 0)) + (cluster.First > 0 ? width : 0));

    /// <summary>
    /// Sets the biases so that, before anything is learnt, every word is about as probable as it is frequent:
    /// small steps need not spend hundreds of batches on getting there.
    /// </summary>
    /// <param name="counts">How often each word occurs, in order of the words' numbers.</param>
    public void StartFrom(IReadOnlyList<long> counts)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        // One more for each, as a word that never occurs must not be impossible.
        double Mass(Cluster cluster) => Enumerable.Range(cluster.First, cluster.Count).Sum(word => counts[word] + 1.0);
        double all = clusters.Sum(Mass);
        for (int i = 0; i < clusters.Count; i++)
        {
            Cluster cluster = clusters[i];
            double whole = i == 0 ? all : Mass(cluster);
            float[] start = [.. Enumerable.Range(cluster.First, cluster.Count).Select(word => (float)Math.Log((counts[word] + 1) / whole))];
            cluster.Bias.copy_(tensor(start));
        }

        tailBias?.copy_(tensor(clusters.Skip(1).Select(cluster => (float)Math.Log(Mass(cluster) / all)).ToArray()));
    }

    /// <summary>The embedding.</summary>
    /// <param name="words">Word numbers of any shape.</param>
    /// <returns>That shape x D, elements of variance about one at the start.</returns>
    public override Tensor forward(Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = words.reshape(-1);
        Tensor vectors = zeros(flat.shape[0], width, device: words.device);
        foreach (Cluster cluster in clusters)
        {
            Tensor places = cluster.Places(flat);
            if (places.shape[0] > 0)
                vectors = vectors.index_copy(0, places, cluster.Embed(flat.index_select(0, places)));
        }

        return (vectors * Math.Sqrt(width)).view([.. words.shape, width]).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over all words of -log p(word | hidden); only the clusters that occur are computed.</summary>
    /// <param name="hidden">N x D.</param>
    /// <param name="words">N word numbers.</param>
    public Tensor Loss(Tensor hidden, Tensor words)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor classes = words, sum = zeros([], device: words.device);
        for (int i = 1; i < clusters.Count; i++)
        {
            Cluster cluster = clusters[i];
            Tensor places = cluster.Places(words);
            if (places.shape[0] == 0) continue;
            classes = classes.index_fill(0, places, clusters[0].Count + i - 1);
            Tensor scores = cluster.Scores(hidden.index_select(0, places));
            sum = sum + nn.functional.cross_entropy(scores, words.index_select(0, places) - cluster.First, reduction: nn.Reduction.Sum);
        }

        sum = sum + nn.functional.cross_entropy(HeadScores(hidden), classes, reduction: nn.Reduction.Sum);
        return (sum / (double)words.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>log p of every word.</summary>
    /// <param name="hidden">N x D.</param>
    /// <returns>N x vocabulary.</returns>
    public Tensor LogProbabilities(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor head = nn.functional.log_softmax(HeadScores(hidden), -1);
        var parts = new List<Tensor> { head.narrow(1, 0, clusters[0].Count) };
        for (int i = 1; i < clusters.Count; i++)
        {
            Tensor within = nn.functional.log_softmax(clusters[i].Scores(hidden), -1);
            parts.Add(within + head.narrow(1, clusters[0].Count + i - 1, 1));
        }

        return cat([.. parts], 1).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(int First, int End, int Narrow)> Cut(int vocabulary, int width, IReadOnlyList<int> cutoffs, int divisor)
    {
        int[] ends = [.. cutoffs.Where(cutoff => cutoff < vocabulary), vocabulary];
        for (int i = 0, first = 0, narrow = width; i < ends.Length; first = ends[i++], narrow = Math.Max(1, narrow / divisor))
            yield return (first, ends[i], narrow);
    }

    private Tensor HeadScores(Tensor hidden) => tails is null
        ? clusters[0].Scores(hidden)
        : nn.functional.linear(hidden, cat([clusters[0].Vectors, tails], 0), cat([clusters[0].Bias, tailBias!], 0));

    /// <summary>Neighbouring words of the vocabulary whose vectors have one width.</summary>
    private sealed class Cluster : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter vectors;
        private readonly Parameter bias;
        private readonly Parameter? widening;
        private readonly int end;

        public Cluster(int first, int end, int narrow, int width) : base(nameof(Cluster))
        {
            First = first;
            this.end = end;
            vectors = new Parameter(randn(end - first, narrow) / Math.Sqrt(narrow));
            bias = new Parameter(zeros(end - first));
            if (narrow < width) widening = new Parameter(randn(narrow, width) / Math.Sqrt(width));
            RegisterComponents();
        }

        public int First { get; }

        public int Count => end - First;

        public Tensor Vectors => vectors;

        public Tensor Bias => bias;

        /// <summary>Where the words of this cluster stand.</summary>
        public Tensor Places(Tensor words) => words.ge(First).logical_and(words.lt(end)).nonzero().view(-1);

        /// <param name="words">Word numbers, all of this cluster.</param>
        public Tensor Embed(Tensor words)
        {
            Tensor narrow = vectors.index_select(0, words - First);
            return widening is null ? narrow : narrow.matmul(widening);
        }

        /// <summary>Scores of this cluster's words, N x count.</summary>
        public Tensor Scores(Tensor hidden) =>
            nn.functional.linear(widening is null ? hidden : hidden.matmul(widening.t()), vectors, bias);

        public override Tensor forward(Tensor hidden) => Scores(hidden);
    }
}
