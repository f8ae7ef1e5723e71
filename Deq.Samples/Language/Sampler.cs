using System.Text;
using Deq.Samples.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>Draws text from a model, word by word.</summary>
internal static class Sampler
{
    /// <param name="model">The model.</param>
    /// <param name="vocabulary">Its words.</param>
    /// <param name="prompt">Words to go on from.</param>
    /// <param name="count">Words to draw.</param>
    /// <param name="temperature">Below 1 likelier words only, above 1 odder ones.</param>
    /// <returns>The prompt and the words drawn, as running text.</returns>
    public static string Draw(LanguageModel model, Vocabulary vocabulary, string prompt, int count, double temperature)
    {
        var words = new List<long>();
        foreach (string part in prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // Corpora cut their words in different ways: what the vocabulary has as it stands is taken so.
            if (vocabulary.Find(part) is var word && word != vocabulary.UnknownNumber) words.Add(word);
            else ProseTokens.Visit(part, token => words.Add(vocabulary.Find(token)));
        }

        if (words.Count == 0) words.Add(vocabulary.Find(Vocabulary.End));

        bool training = model.training;
        model.eval();
        try
        {
            using IDisposable untaped = no_grad();
            for (int i = 0; i < count; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                long[] context = [.. words.TakeLast(model.Sequence)];
                Tensor scores = model.NextLogProbabilities(tensor(context, [1, context.Length], device: model.Device)) / temperature;
                // A word that stands for no word makes no text.
                scores.select(0, vocabulary.UnknownNumber).fill_(double.NegativeInfinity);
                words.Add(scores.softmax(-1).multinomial(1).item<long>());
            }
        }
        finally
        {
            model.train(training);
        }

        return RunningText(words.Select(word => vocabulary[(int)word]));
    }

    /// <summary>A prompt that nobody chose, where the vocabulary knows some of it: none where it does not, rather than a row of unknown words.</summary>
    public static string PromptFor(Vocabulary vocabulary, string standard) =>
        standard.Split(' ').Any(word => vocabulary.Find(word) != vocabulary.UnknownNumber) ? standard : "";

    /// <summary>Words and signs joined as people write them.</summary>
    internal static string RunningText(IEnumerable<string> words)
    {
        var text = new StringBuilder();
        bool glued = true;
        foreach (string word in words)
        {
            if (word == Vocabulary.End) continue;
            bool closes = word is "." or "," or ";" or ":" or "!" or "?" or ")" or "]" or "%" or "-" or "—" or "–" or "'";
            if (!glued && !closes) text.Append(' ');
            text.Append(word);
            glued = word is "(" or "[" or "$" or "-" or "—" or "–";
        }

        return text.ToString();
    }
}
