namespace AutoGpt.Sdk.Training;

/// <summary>What a metric can be taken of.</summary>
internal static class MetricInput
{
    public static void RequirePairs(int predictions, int references)
    {
        if (predictions != references || predictions == 0)
        {
            throw new ArgumentException($"There are {predictions} predictions and {references} references; each prediction needs its own, and there must be one at least.", nameof(predictions));
        }
    }

    public static void RequireReferences(IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
        {
            throw new ArgumentException("There is no reference to compare with.", nameof(references));
        }
    }
}
