using System.Text;

namespace AutoGpt.Sdk.Tests;

public sealed class ToolChoicesTests
{
    private static readonly string[] Tools = ["read_file", "read_lines", "count", "write"];

    [Test]
    public void Each_step_tells_what_the_model_weighed()
    {
        // A token a letter: the choice of the second step is made twice, first the beginning that two tools share.
        Words words = new();
        Completion completion = words.Say("""{"steps":[{"tool":"count","arguments":{"tool":"write"}},{"tool":"read_lines","arguments":{}}]}""",
            ("\"tool\":\"", 0, [("c", 0.7), ("r", 0.2), ("w", 0.0999), ("x", 0.0001)]),
            ("\"tool\":\"", 2, [("r", 0.9), ("c", 0.1)]),
            ("read_", 0, [("l", 0.6), ("f", 0.4)]));
        IReadOnlyList<IReadOnlyList<ToolCandidate>?> choices = ToolChoices.Find(completion, words, 2, Tools);
        Assert.That(choices[0], Is.EqualTo([new ToolCandidate("count", 0.7), new ToolCandidate("r…", 0.2), new ToolCandidate("write", 0.0999)]));
        Assert.That(choices[1], Is.EqualTo([new ToolCandidate("r…", 0.9), new ToolCandidate("count", 0.1)]));
    }

    [Test]
    public void Nothing_is_told_where_nothing_is_known()
    {
        Words words = new();
        Completion silent = words.Say("""{"steps":[{"tool":"count","arguments":{}}]}""");
        Assert.That(ToolChoices.Find(silent, words, 1, Tools), Is.EqualTo(new IReadOnlyList<ToolCandidate>?[1]));
        Assert.That(ToolChoices.Find(silent, null, 1, Tools), Is.EqualTo(new IReadOnlyList<ToolCandidate>?[1]));
        Completion broken = words.Say("""{"steps":[{"tool":"count""", ("\"tool\":\"", 0, [("c", 0.5), ("w", 0.5)]));
        Assert.That(ToolChoices.Find(broken, words, 1, Tools), Is.EqualTo(new IReadOnlyList<ToolCandidate>?[1]));
    }

    /// <summary>A byte a token.</summary>
    private sealed class Words : ITokenizer
    {
        public int VocabularySize => 256;

        public int? BeginOfText => null;

        public int? EndOfText => null;

        public int[] Encode(string text) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

        public string Decode(ReadOnlySpan<int> ids) => throw new NotSupportedException();

        public ReadOnlyMemory<byte> GetBytes(int id) => new[] { (byte)id };

        public bool IsControl(int id) => false;

        public Completion Say(string text, params (string After, int Occurrence, (string Letter, double Probability)[] Top)[] choices)
        {
            Dictionary<int, (string, double)[]> tops = [];
            foreach ((string after, int occurrence, (string, double)[] top) in choices)
            {
                int at = -1;
                for (int found = 0; found <= occurrence; found++)
                {
                    at = text.IndexOf(after, at + 1, StringComparison.Ordinal);
                }

                tops[at + after.Length] = top;
            }

            return new Completion(
                text,
                [.. Encode(text).Select((id, index) => new GeneratedToken(id) { Top = tops.TryGetValue(index, out (string Letter, double Probability)[]? top) ? [.. top.Select(one => ((int)one.Letter[0], Math.Log(one.Probability)))] : null })],
                FinishReason.Stop,
                new TokenUsage(1, text.Length));
        }
    }
}
