namespace AutoGpt.Sdk.Training.Tests.Metrics;

public sealed class RougeTests
{
    private const double Tolerance = 1e-12;

    // By hand, of 8 words and 9: in common the, quick, brown, dog, jumps, the; the pairs "the quick" and "quick brown"; the subsequence the quick brown jumps the.
    [Test]
    public void Figures_are_those_worked_out_by_hand()
    {
        RougeScores scores = Rouge.Score("The quick brown dog jumps on the log.", ["The quick brown fox jumps over the lazy dog"]);
        Assert.That((scores.Rouge1.Precision, scores.Rouge1.Recall, scores.Rouge1.F), Is.EqualTo((6.0 / 8, 6.0 / 9, 12.0 / 17)).Within(Tolerance));
        Assert.That((scores.Rouge2.Precision, scores.Rouge2.Recall, scores.Rouge2.F), Is.EqualTo((2.0 / 7, 2.0 / 8, 4.0 / 15)).Within(Tolerance));
        Assert.That((scores.RougeL.Precision, scores.RougeL.Recall, scores.RougeL.F), Is.EqualTo((5.0 / 8, 5.0 / 9, 10.0 / 17)).Within(Tolerance));
    }

    // From the tests of rouge-score: "testing one two" against "testing".
    [TestCase("testing", "testing one two", 1.0 / 2, 0, 1.0 / 2)]
    [TestCase("testing two", "testing one two", 4.0 / 5, 0, 4.0 / 5)]
    [TestCase("two one", "testing one two", 4.0 / 5, 0, 2.0 / 5)]
    [TestCase("a-b_c ÄB 4.2", "a b c b 4 2", 1, 1, 1)]
    [TestCase("", "testing", 0, 0, 0)]
    [TestCase("文件", "文件", 0, 0, 0)]
    public void Small_texts(string prediction, string reference, double rouge1, double rouge2, double rougeL)
    {
        RougeScores scores = Rouge.Score(prediction, [reference]);
        Assert.That((scores.Rouge1.F, scores.Rouge2.F, scores.RougeL.F), Is.EqualTo((rouge1, rouge2, rougeL)).Within(Tolerance));
    }

    [Test]
    public void Of_several_references_each_figure_takes_the_best()
    {
        RougeScores scores = Rouge.Score("a b c d", ["d c b a", "a b x y z w", "q"]);
        Assert.That((scores.Rouge1.F, scores.Rouge2.F, scores.RougeL.F), Is.EqualTo((1.0, 2.0 / 8, 4.0 / 10)).Within(Tolerance));
    }

    [Test]
    public void Words_of_ones_own_open_other_scripts()
    {
        Func<string, IReadOnlyList<string>> characters = text => [.. text.Select(character => character.ToString())];
        Assert.That(Rouge.Score("打开文件", ["打开了文件"], characters).RougeL.F, Is.EqualTo(8.0 / 9).Within(Tolerance));
        RougeScores mean = Rouge.Mean(["打开文件", "x"], ["打开了文件", "y"], characters);
        Assert.That(mean.RougeL.F, Is.EqualTo(4.0 / 9).Within(Tolerance));
    }

    // Against the definition: the longest of all subsequences of the one that is a subsequence of the other.
    [Test]
    public void The_longest_common_subsequence_is_the_longest()
    {
        var random = new SplitMix64(5, 0);
        for (int trial = 0; trial < 100; trial++)
        {
            string first = Word(), second = Word();
            int longest = Enumerable.Range(0, 1 << first.Length)
                .Select(mask => first.Where((_, i) => (mask >> i & 1) == 1).ToArray())
                .Where(letters => Holds(second, letters)).Max(letters => letters.Length);
            RougeScore score = Rouge.Score(Spaced(first), [Spaced(second)]).RougeL;
            Assert.That(score.Precision * first.Length, Is.EqualTo(longest).Within(1e-9), $"{first} {second}");
        }

        string Word() => new([.. Enumerable.Range(0, 1 + random.Next(9)).Select(_ => (char)('a' + random.Next(3)))]);
    }

    private static bool Holds(string text, char[] letters)
    {
        int found = 0;
        foreach (char letter in text)
        {
            found += found < letters.Length && letters[found] == letter ? 1 : 0;
        }

        return found == letters.Length;
    }

    private static string Spaced(string word) => string.Join(' ', word.ToCharArray());
}
