using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>The comparison as docs/models.md shows it.</summary>
internal static class ParityTable
{
    public static string Of(IReadOnlyList<ParityRow> rows, string command)
    {
        StringBuilder text = new();
        Line($"Weights of tiny-… are random, of trained-… and mini trained. {rows[0].Logits.Positions} positions each, keys and values in single precision on both sides. Errors in units of the logits' standard deviation; positions where llama.cpp's best token leads by no more than the tolerance are left out. `B {command}`");
        Line($"");
        Line($"| architecture | shape | file | rms error | largest error | tolerance | left out | most probable token differs | greedy ids equal |");
        Line($"|---|---|---|---|---|---|---|---|---|");
        foreach (ParityRow row in rows)
        {
            LogitComparison logits = row.Logits;
            string verdict = logits.Disagreements == 0 ? $"0 of {logits.Positions - logits.LeftOut}" : $"**{logits.Disagreements} of {logits.Positions - logits.LeftOut}**";
            Line($"| {row.Architecture} | {row.Model} | {row.Type} | {logits.RootMeanSquare:0.0e+0} | {logits.Maximum:0.0e+0} | {row.Tolerance} | {logits.ShareLeftOut * 100:0.0} % | {verdict} | {row.Greedy} of {row.GreedyOf} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
