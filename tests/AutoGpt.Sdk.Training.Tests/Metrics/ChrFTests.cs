namespace AutoGpt.Sdk.Training.Tests.Metrics;

/// <summary>All figures are sacreBLEU's own (2.6).</summary>
public sealed class ChrFTests
{
    private const double Tolerance = 1e-11;

    [Test]
    public void Corpora_score_the_same()
    {
        string[] predictions = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
        string[][] references =
        [
            ["The dog bit the man.", "The dog had bit the man."], ["It was not unexpected.", "No one was surprised."], ["The man bit him first.", "The man had bitten the dog."],
        ];
        Assert.That(ChrF.Corpus(predictions, references), Is.EqualTo(59.72751782684763).Within(Tolerance));
        Assert.That(ChrF.Corpus(predictions, [.. references.Select(each => each[0])]), Is.EqualTo(50.043063606582294).Within(Tolerance));
        Assert.That(ChrF.Corpus(MadeCorpus.Predictions, MadeCorpus.BothReferences), Is.EqualTo(64.7164357296484).Within(Tolerance));
        Assert.That(ChrF.Corpus(MadeCorpus.Predictions, MadeCorpus.References), Is.EqualTo(56.91396558570596).Within(Tolerance));
        Assert.That(
            ChrF.Corpus(["无法打开文件“{0}”。", "参数 name 不能为 null…", "已跳过 3.14 个𠀀项—完成"], ["无法打开“{0}”文件。", "参数“name”不能为空…", "已跳过 3.14 个𠀀项—已完成"]),
            Is.EqualTo(50.888802555469226).Within(Tolerance),
            "a character beyond U+FFFF is one character");
    }

    [TestCase("The dog bit the man.", "The dog bit the man.|The dog had bit the man.", 100)]
    [TestCase("It wasn't surprising.", "It was not unexpected.|No one was surprised.", 35.34635301425291)]
    [TestCase("the cat", "the cat sat on the mat", 27.25331540542631)]
    [TestCase("a b c d e", "a x c y e z", 10.344827586206897)]
    [TestCase("dog", "cat", 0)]
    [TestCase("", "a b", 0)]
    public void Sentences_score_the_same(string prediction, string references, double expected) =>
        Assert.That(ChrF.Sentence(prediction, references.Split('|')), Is.EqualTo(expected).Within(Tolerance));

    [Test]
    public void Nothing_to_compare_with_is_told() => Assert.That(() => ChrF.Sentence("a", []), Throws.ArgumentException);
}
