using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>What the cells come to.</summary>
internal sealed class PeersSummary(IReadOnlyList<CellResult> results)
{
    /// <summary>Geometric mean of the ratios of decoding with quantised weights; null where none was measured.</summary>
    public double? Decode { get; } = Mean(results.Where(result => result.Cell == PeerCell.Decode && IsQuantized(result)));

    /// <summary>The same with F16 weights.</summary>
    public double? DecodeHalf { get; } = Mean(results.Where(result => result is { Cell: PeerCell.Decode, Type: "F16" }));

    /// <summary>The cells where the peer was faster.</summary>
    public IReadOnlyList<CellResult> Lost { get; } = [.. results.Where(result => result.Ratio < 1)];

    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"decode, geometric mean: {Decode:0.00} with quantised weights, {DecodeHalf:0.00} with F16; lost: {(Lost.Count == 0 ? "none" : string.Join(", ", Lost.Select(Name)))}");

    public object ToRow() => new { type = "result", decodeGeometricMean = Decode, decodeHalfGeometricMean = DecodeHalf, lost = Lost.Select(Name) };

    private static string Name(CellResult result) => $"{result.Model} {result.Type} {result.Cell}";

    private static bool IsQuantized(CellResult result) => result.Type.StartsWith('Q');

    private static double? Mean(IEnumerable<CellResult> cells) => cells.Select(cell => cell.Ratio).ToList() is { Count: > 0 } ratios ? Statistics.GeometricMean(ratios) : null;
}
