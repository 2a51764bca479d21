using TorchSharp;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>
/// Looks for the most probable text that an encoder–decoder makes of another: at every place the best continuations of the best beginnings are kept (Sutskever et al. 2014; Wu et al. 2016).
/// </summary>
public static class BeamSearch
{
    /// <summary>Finds texts.</summary>
    /// <param name="model">The network, best in evaluation mode: dropout would change what it says.</param>
    /// <param name="source">Tokens to read, at least 1.</param>
    /// <param name="begin">The id that the decoder begins with.</param>
    /// <param name="end">The id that ends a text.</param>
    /// <param name="options">How to look. Default: four beams.</param>
    /// <param name="cancellationToken">Checked at every token.</param>
    /// <returns>At most as many texts as there are beams, the best first; at least one.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the source is empty or longer than the context.</exception>
    public static IReadOnlyList<BeamResult> Run(
        EncoderDecoderTransformer model, ReadOnlySpan<int> source, int begin, int end, BeamSearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new BeamSearchOptions();
        options.Validate();
        if (source.IsEmpty)
        {
            throw new ArgumentException("There is no token to read.", nameof(source));
        }

        // The first token that the decoder reads is the begin; the last place of its context foresees the end of the longest text.
        int longest = Math.Min(options.MaximumLength ?? int.MaxValue, model.Config.Decoder.ContextLength - 1);
        int beams = options.Beams;
        using IDisposable inference = inference_mode(true);
        using DisposeScope scope = NewDisposeScope();
        Device device = model.parameters().First().device;
        using EncodedSource one = model.Encode(Ids([.. source], 1, device), cancellationToken: cancellationToken);
        using EncodedSource read = one.Repeat(beams);
        using KeyValueCache cache = model.CreateCache(longest + 1, beams);
        List<Open> open = [.. Enumerable.Range(0, beams).Select(beam => new Open([], beam == 0 ? 0 : double.NegativeInfinity))];
        List<BeamResult> found = [];
        for (int length = 0; length <= longest; length++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope step = NewDisposeScope();
            Tensor last = Ids([.. open.Select(text => text.Ids.Count == 0 ? begin : text.Ids[^1])], beams, device);
            Tensor next = model.Logits(model.Hidden(last, read, cache, cancellationToken)).view(beams, -1).to(ScalarType.Float64).log_softmax(-1);
            (Tensor values, Tensor indices) = next.topk((int)Math.Min(beams + 1L, next.shape[1]), -1); // the end and as many others as there are beams
            List<(int Beam, int Id, double LogProbability)> candidates = Candidates(open, values.cpu(), indices.cpu());
            List<(Open Text, int Beam)> kept = [];
            foreach ((int beam, int id, double total) in candidates)
            {
                if (id == end)
                {
                    found.Add(new BeamResult(open[beam].Ids, total, Score(total, length + 1, options), Ended: true));
                }
                else if (kept.Count < beams)
                {
                    kept.Add((new Open([.. open[beam].Ids, id], total), beam));
                }

                // What is further down the list is worse than every text that goes on; a single beam ends with its text.
                if (kept.Count == beams || found.Count > 0 && beams == 1)
                {
                    break;
                }
            }

            found = [.. found.OrderByDescending(result => result.Score).Take(beams)];
            if (length == longest || kept.Count == 0)
            {
                // What did not come to its end counts only where too little did.
                found.AddRange(kept.Select(pair => new BeamResult([.. pair.Text.Ids.Take(longest)], pair.Text.LogProbability, Score(pair.Text.LogProbability, longest, options), Ended: false)).Take(beams - found.Count));
                break;
            }

            // No text that goes on can beat the worst that ended: it only loses probability, and gains at most the penalty of the longest.
            double hope = kept.Max(pair => Math.Max(Score(pair.Text.LogProbability, length + 1, options), Score(pair.Text.LogProbability, longest + 1, options)));
            if (found.Count == beams && found[^1].Score >= hope)
            {
                break;
            }

            while (kept.Count < beams)
            {
                kept.Add((kept[0].Text with { LogProbability = double.NegativeInfinity }, kept[0].Beam));
            }

            open = [.. kept.Select(pair => pair.Text)];
            cache.Reorder(tensor(kept.Select(pair => (long)pair.Beam).ToArray(), device: device));
        }

        return found;
    }

    private static List<(int Beam, int Id, double LogProbability)> Candidates(List<Open> open, Tensor values, Tensor indices)
    {
        double[] logs = values.data<double>().ToArray();
        long[] ids = indices.data<long>().ToArray();
        int each = ids.Length / open.Count;
        return
        [
            .. Enumerable.Range(0, ids.Length)
                .Select(place => (Beam: place / each, Id: (int)ids[place], LogProbability: open[place / each].LogProbability + logs[place]))
                .Where(candidate => double.IsFinite(candidate.LogProbability))
                .OrderByDescending(candidate => candidate.LogProbability),
        ];
    }

    private static double Score(double logProbability, int length, BeamSearchOptions options) => logProbability / Math.Pow((5.0 + length) / 6, options.LengthPenalty);

    private static Tensor Ids(int[] ids, int rows, Device device) => tensor(Array.ConvertAll(ids, id => (long)id), [rows, ids.Length / rows], device: device);

    private sealed record Open(IReadOnlyList<int> Ids, double LogProbability);
}
