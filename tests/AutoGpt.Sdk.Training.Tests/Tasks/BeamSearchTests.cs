using AutoGpt.Sdk.Models.Torch;
using AutoGpt.Sdk.Training.Tests.Architecture;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Tasks;

public sealed class BeamSearchTests
{
    private const int Begin = 4;
    private const int End = 5;
    private static readonly int[] Source = [3, 1, 2];
    private static readonly EncoderDecoderConfig s_config =
        new() { Encoder = Shapes.Llama with { VocabularySize = 6, Layers = 1 }, Decoder = Shapes.Llama with { VocabularySize = 6, Layers = 1 } };

    [Test]
    public void Enough_beams_find_what_trying_everything_finds([Values(0, .6, 2)] double penalty, [Values(1UL, 2UL, 3UL)] ulong seed)
    {
        using EncoderDecoderTransformer model = new EncoderDecoderTransformer(s_config).Randomized(seed);
        const int Longest = 3;
        List<(int[] Ids, double Score)> all = [];
        Try([], 0);
        (int[] Ids, double Score) best = all.MaxBy(each => each.Score);
        IReadOnlyList<BeamResult> found = BeamSearch.Run(model, Source, Begin, End, new BeamSearchOptions { Beams = 6 * 6 * 6, MaximumLength = Longest, LengthPenalty = penalty });
        Assert.That(found[0].Ids, Is.EqualTo(best.Ids));
        Assert.That(found[0].Score, Is.EqualTo(best.Score).Within(1e-5));
        Assert.That(found.Where(result => result.Ended).Select(result => result.Score), Is.Ordered.Descending);

        // Every ended text of at most three tokens; only where beams are full may unended ones stand behind them.
        void Try(int[] ids, double sum)
        {
            double[] next = LogProbabilities(model, ids);
            all.Add((ids, (sum + next[End]) / Math.Pow((5.0 + ids.Length + 1) / 6, penalty)));
            if (ids.Length < Longest)
            {
                for (int id = 0; id < 6; id++)
                {
                    if (id != End)
                    {
                        Try([.. ids, id], sum + next[id]);
                    }
                }
            }
        }
    }

    [Test]
    public void One_beam_is_greedy([Values(1UL, 2UL, 3UL, 4UL)] ulong seed)
    {
        using EncoderDecoderTransformer model = new EncoderDecoderTransformer(s_config).Randomized(seed);
        List<int> greedy = [];
        double sum = 0;
        bool ended = false;
        while (greedy.Count < 6 && !ended)
        {
            double[] next = LogProbabilities(model, [.. greedy]);
            int id = Array.IndexOf(next, next.Max());
            sum += next[id];
            ended = id == End;
            if (!ended)
            {
                greedy.Add(id);
            }
        }

        BeamResult found = BeamSearch.Run(model, Source, Begin, End, new BeamSearchOptions { Beams = 1, MaximumLength = 6 })[0];
        Assert.That(found.Ids, Is.EqualTo(greedy));
        Assert.That(found.Ended, Is.EqualTo(ended));
        Assert.That(ended ? found.LogProbability : sum, Is.EqualTo(sum).Within(1e-5));
    }

    [Test]
    public void Bad_input_is_refused()
    {
        using EncoderDecoderTransformer model = new(s_config);
        Assert.That(() => BeamSearch.Run(model, [], Begin, End), Throws.ArgumentException.With.Message.Contains("no token to read"));
        Assert.That(() => BeamSearch.Run(model, Source, Begin, End, new BeamSearchOptions { Beams = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Beams is 0"));
        Assert.That(() => BeamSearch.Run(model, Source, Begin, End, null, new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    // A pass of its own for every beginning, without a cache.
    private static double[] LogProbabilities(EncoderDecoderTransformer model, int[] ids)
    {
        using IDisposable inference = inference_mode(true);
        using EncodedSource source = model.Encode(tensor(Array.ConvertAll(Source, id => (long)id), [1, Source.Length]));
        using Tensor hidden = model.Hidden(tensor([Begin, .. ids.Select(id => (long)id)], [1, ids.Length + 1]), source);
        float[] logits = model.Logits(hidden)[0, -1].data<float>().ToArray();
        double total = Math.Log(logits.Sum(value => Math.Exp(value)));
        return Array.ConvertAll(logits, value => value - total);
    }
}
