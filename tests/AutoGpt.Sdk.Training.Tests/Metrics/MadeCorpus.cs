namespace AutoGpt.Sdk.Training.Tests.Metrics;

/// <summary>Forty sentences by a formula, so that other programs can score the same ones.</summary>
internal static class MadeCorpus
{
    private static readonly string[] Words = ["the", "cat", "sat,", "on", "a", "mat.", "dog's", "3.5", "(red)", "it", "was"];

    public static string[] Predictions { get; } = [.. Enumerable.Range(0, 40).Select(i => Text(i, Length(i), _ => 0))];

    public static string[] References { get; } = [.. Enumerable.Range(0, 40).Select(i => Text(i, Length(i) + (i % 3) - 1, j => (i + j) % 4 == 3 ? 1 : 0))];

    public static string[][] BothReferences { get; } = [.. References.Select((first, i) => (string[])[first, Text(i, Length(i) + 1, j => (i + j) % 5 == 1 ? 2 : 0)])];

    private static int Length(int i) => 3 + (i * 5 % 13);

    private static string Text(int i, int length, Func<int, int> shift) => string.Join(' ', Enumerable.Range(0, length).Select(j => Words[((i * 7) + (j * j) + shift(j)) % 11]));
}
