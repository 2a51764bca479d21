namespace AutoGpt.Cli.Input;

/// <summary>Fewer of many, from all over them: files are often sorted.</summary>
internal static class Spread
{
    public static T[] Over<T>(IReadOnlyList<T> items, int most) =>
        items.Count <= most ? [.. items] : [.. Enumerable.Range(0, most).Select(index => items[(int)((long)index * items.Count / most)])];
}
