namespace AutoGpt.Sdk.Training.Tests.Metrics;

/// <summary>All figures are sacreBLEU's own (2.6), those of the dog and the man also in its README.</summary>
public sealed class BleuTests
{
    private const double Tolerance = 1e-11;

    private static readonly string[] Predictions = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];

    private static readonly string[][] References =
    [
        ["The dog bit the man.", "The dog had bit the man."], ["It was not unexpected.", "No one was surprised."], ["The man bit him first.", "The man had bitten the dog."],
    ];

    [Test]
    public void A_corpus_with_several_references_scores_what_the_readme_says()
    {
        BleuScore score = Bleu.Corpus(Predictions, References);
        Assert.That(score.Value, Is.EqualTo(48.530827009929865).Within(Tolerance));
        Assert.That(score.Precisions, Is.EqualTo([82.3529411764706, 50, 45.45454545454545, 37.5]).Within(Tolerance));
        Assert.That(score.BrevityPenalty, Is.EqualTo(0.9428731438548749).Within(Tolerance));
        Assert.That(score.ToString(), Is.EqualTo("BLEU|case:mixed|eff:no|tok:13a|smooth:exp = 48.53 82.4/50.0/45.5/37.5 (BP = 0.943 ratio = 0.944 hyp_len = 17 ref_len = 18)"));
        Assert.That(Bleu.Corpus(Predictions, [.. References.Select(each => each[0])]).Value, Is.EqualTo(45.06750632106114).Within(Tolerance));
    }

    [Test]
    public void A_longer_corpus_scores_the_same()
    {
        BleuScore score = Bleu.Corpus(MadeCorpus.Predictions, MadeCorpus.BothReferences);
        Assert.That(score.Value, Is.EqualTo(70.21285294825996).Within(Tolerance));
        Assert.That((score.PredictionLength, score.ReferenceLength), Is.EqualTo((479, 490)));
        Assert.That(Bleu.Corpus(MadeCorpus.Predictions, MadeCorpus.References).Value, Is.EqualTo(41.85284179332389).Within(Tolerance));
    }

    [TestCase(BleuTokenization.Chinese, 54.287191069601825)]
    [TestCase(BleuTokenization.Mteval13a, 24.92247968702034)]
    [TestCase(BleuTokenization.Character, 59.863069201768845)]
    public void Chinese_scores_the_same(BleuTokenization tokenization, double expected) => Assert.That(
        Bleu.Corpus(
            ["无法打开文件“{0}”。", "参数 name 不能为 null…", "已跳过 3.14 个𠀀项—完成"], ["无法打开“{0}”文件。", "参数“name”不能为空…", "已跳过 3.14 个𠀀项—已完成"],
            new BleuOptions { Tokenization = tokenization }).Value,
        Is.EqualTo(expected).Within(Tolerance));

    [TestCase("the cat", "the cat sat on the mat", 13.533528323661276, 0)]
    [TestCase("dog", "cat", 0, 0)]
    [TestCase("", "a b", 0, 0)]
    [TestCase("a", "a", 100, 0)]
    [TestCase("a b c d e", "a x c y e z", 11.51015341649912, 11.51015341649912)]
    [TestCase("the the the the", "the cat is on the mat|there is a cat on the mat", 11.521590992286539, 11.521590992286539)]
    public void Sentences_leave_long_ngrams_out_and_corpora_do_not(string prediction, string references, double sentence, double corpus)
    {
        string[] right = references.Split('|');
        Assert.That(Bleu.Sentence(prediction, right).Value, Is.EqualTo(sentence).Within(Tolerance));
        Assert.That(Bleu.Corpus([prediction], [right]).Value, Is.EqualTo(corpus).Within(Tolerance));
    }

    [TestCase("Hello, world! 3.14 a..b 1-2 x-y \"q\" &quot;z&quot; it's $5,000.00.", "Hello , world ! 3.14 a . . b 1 - 2 x-y \" q \" \" z \" it's $ 5,000.00 .")]
    [TestCase("<skipped>re-\njoined\nline &amp;lt; {a}[b]~", "rejoined line < { a } [ b ] ~")]
    [TestCase("1.,2 .5 5. a.5 5.a ..., -9 7-", "1 . , 2 . 5 5 . a . 5 5 . a . . . , -9 7 -")]
    [TestCase("naïve “quoted”—dash… ½.x", "naïve “quoted”—dash… ½ . x")]
    [TestCase("a\u00a0b\u3000c\u001cd ", "a b c d")]
    public void Words_are_those_of_13a(string text, string words) => Assert.That(BleuTokenizer.Words(text, new BleuOptions()), Is.EqualTo(words.Split(' ')));

    [TestCase("无法打开文件“a.txt”。", "无 法 打 开 文 件 “ a . txt ” 。")]
    [TestCase("A→B ≤ 3.14，完成𠀀𠀁！", "A → B ≤ 3.14 ， 完 成 𠀀𠀁 ！")]
    [TestCase("①②⓪ ☃ Ａ１ ㍿ 한글 かな", "① ② ⓪ ☃ Ａ １ ㍿ 한글 かな")]
    [TestCase(" 2.5％，-1\n", "2.5 ％ ， -1")]
    public void Words_are_those_of_zh(string text, string words) =>
        Assert.That(BleuTokenizer.Words(text, new BleuOptions { Tokenization = BleuTokenization.Chinese }), Is.EqualTo(words.Split(' ')));

    [Test]
    public void Case_counts_unless_told_otherwise()
    {
        Assert.That(Bleu.Sentence("A B C D", ["a b c d"]).Value, Is.Zero);
        Assert.That(Bleu.Sentence("A B C D", ["a b c d"], new BleuOptions { Lowercase = true }).Value, Is.EqualTo(100).Within(Tolerance));
    }

    [Test]
    public void Counts_of_texts_add_up_to_the_corpus()
    {
        BleuCounts[] counts = [.. MadeCorpus.Predictions.Zip(MadeCorpus.References, (prediction, reference) => Bleu.Count(prediction, [reference]))];
        Assert.That(Bleu.Score(counts).Value, Is.EqualTo(41.85284179332389).Within(Tolerance));
        ConfidenceInterval interval = Bootstrap.Interval(counts, sample => Bleu.Score(sample).Value);
        Assert.That(interval.Estimate, Is.EqualTo(Bleu.Score(counts).Value));
        Assert.That(interval.Lower, Is.InRange(30, interval.Estimate - 1), "forty short texts say little");
        Assert.That(interval.Upper, Is.InRange(interval.Estimate + 1, 54));
    }

    [Test]
    public void Nothing_to_compare_with_is_told()
    {
        Assert.That(() => Bleu.Corpus([], Array.Empty<string>()), Throws.ArgumentException);
        Assert.That(() => Bleu.Corpus(["a"], ["a", "b"]), Throws.ArgumentException.With.Message.Contains("1 predictions and 2 references"));
        Assert.That(() => Bleu.Sentence("a", []), Throws.ArgumentException.With.Message.Contains("no reference"));
    }
}
