using AutoGpt.Sdk.Models.Tests.Generation;
namespace AutoGpt.Sdk.Models.Tests.Scheduling;

/// <summary>Networks for tests of scheduling: a tiny one with random weights, and one without arithmetic.</summary>
internal static class Networks
{
    public static readonly TransformerConfig Shape = Shapes.Llama with { VocabularySize = 257, ContextLength = 256 };

    public static SimdBackend Random(int seed = 0, TransformerConfig? shape = null)
    {
        using TensorList tensors = RandomWeights.Of(shape ?? Shape, seed);
        return SimdBackend.Create(shape ?? Shape, tensors, new SimdBackendOptions { Threads = 1 });
    }

    /// <summary>A network that repeats itself now and then: the next token is drawn by a hash of the last three, among a few.</summary>
    public static FixedBackend Repeating(int context = 256) => new(257, context, ids =>
    {
        uint hash = 17;
        for (int back = 1; back <= Math.Min(3, ids.Count); back++)
        {
            hash = (hash * 31) + (uint)ids[^back];
        }

        float[] logits = new float[257];
        for (int place = 0; place < 6; place++)
        {
            hash = (hash * 1664525) + 1013904223;
            logits[(int)((hash >> 8) % 24) + 'a'] += (hash >> 28) / 2f;
        }

        return logits;
    });

    public static int[] Ids(int seed, int length)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(257))];
    }

    public static async Task<float[]> ReadAsync(ITokenContext context, int[] ids, LogitsWanted wanted = LogitsWanted.Last, CancellationToken cancellationToken = default) =>
        (await context.AppendAsync(ids, wanted, cancellationToken)).Values.ToArray();

    /// <summary>Ids and how they ended.</summary>
    public static async Task<int[]> GenerateAsync(CausalLanguageModel model, int[] prompt, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        List<int> ids = [];
        await foreach (GenerationUpdate update in model.GenerateAsync(prompt, options, cancellationToken))
        {
            ids.AddRange(update.Tokens.Select(token => token.Id));
        }

        return [.. ids];
    }
}
