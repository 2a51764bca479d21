namespace AutoGpt.Sdk.Models;

/// <summary>Whether shape, tokenizer and tensors belong together.</summary>
internal static class ModelFit
{
    private const int Listed = 5;

    public static IEnumerable<(string Name, IReadOnlyList<int> Shape)> Shapes(ITensorSource tensors) =>
        tensors.Names.Where(name => !IsHarmless(name)).Select(name => tensors.TryGet(name, out TensorView tensor)
            ? (name, tensor.Shape)
            : throw new InvalidOperationException($"The source names the tensor '{name}' and does not have it."));

    /// <summary>What does not fit, as a sentence, or null.</summary>
    public static string? FindProblem(TransformerConfig config, ITokenizer tokenizer, IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors) =>
        FindProblem(config, tokenizer) ?? FindProblem(config, tensors);

    public static string? FindProblem(TransformerConfig config, ITokenizer tokenizer) => tokenizer.VocabularySize > config.VocabularySize
        ? $"the tokenizer has {tokenizer.VocabularySize} ids and the network only {config.VocabularySize}. The files belong to different models."
        : null;

    public static string? FindProblem(TransformerConfig config, IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors)
    {
        var shapes = new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<int> shape) in tensors)
        {
            shapes[name] = shape;
        }

        var problems = new List<string>();
        foreach ((string name, int[] wanted) in TensorNames.Of(config))
        {
            if (!shapes.Remove(name, out IReadOnlyList<int>? found))
            {
                problems.Add($"'{name}' [{string.Join(", ", wanted)}] is missing");
            }
            else if (!found.SequenceEqual(wanted))
            {
                problems.Add($"'{name}' is [{string.Join(", ", found)}] instead of [{string.Join(", ", wanted)}]");
            }

            if (problems.Count > Listed)
            {
                break;
            }
        }

        if (problems.Count == 0)
        {
            problems.AddRange(shapes.Keys.Where(name => !IsUnused(name, config)).Order(StringComparer.Ordinal)
                .Take(Listed + 1).Select(name => $"'{name}' has no place in this network"));
        }

        return problems.Count == 0
            ? null
            : $"the tensors do not fit the configuration: {string.Join("; ", problems.Take(Listed))}{(problems.Count > Listed ? "; and more" : "")}.";
    }

    // Tables that old files carry although they follow from the configuration.
    private static bool IsHarmless(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    private static bool IsUnused(string name, TransformerConfig config) => IsHarmless(name) || (config.TiedHead && name == TensorNames.Head);
}
