namespace AutoGpt.Sdk.Training.Tests.Data;

public sealed class CorpusTests
{
    private static readonly DataPart[] Parts = Enum.GetValues<DataPart>();

    private DataFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new DataFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    // Text i, and for every tenth a second time with a word more.
    private static IEnumerable<string> Lines(int count) => Enumerable.Range(0, count).SelectMany(i =>
    {
        string text = string.Join(' ', Enumerable.Range(0, 30).Select(j => $"w{i}x{j}"));
        return i % 10 == 0 ? (string[])[$$"""{"text":"{{text}}"}""", $$"""{"text":"{{text}} more"}"""] : [$$"""{"text":"{{text}}"}"""];
    });

    [Test]
    public void Every_record_read_is_in_one_part_or_left_out_for_a_reason()
    {
        string path = _folder.Write("a.jsonl", [.. Lines(200), """{"text":" "}""", "{", """{"text":"e\u0301"}"""]);
        Corpus corpus = Corpus.Prepare(path, new CorpusOptions { Reading = new RecordReaderOptions { OnFault = FaultAction.Skip } });
        CorpusReport report = corpus.Report;
        Assert.That((report.Read, report.Faults, report.TooShort, report.NearDuplicates), Is.EqualTo((222, 1L, 1, 20)));
        Assert.That(report.Training + report.Validation + report.Test, Is.EqualTo(201));
        Assert.That(report.ToString(), Does.Contain("20 near duplicates (estimated Jaccard similarity 0.8 or more) left out"));
        string[] all = [.. Parts.SelectMany(part => corpus.Read(part)).Select(record => record.Text!)];
        Assert.That(all, Is.Unique.And.Length.EqualTo(201));
        Assert.That(all, Does.Contain("\u00e9").And.None.EndsWith("more"), "cleaned, and the first of each cluster stays");
        Assert.That(corpus.Read(DataPart.Test).Count(), Is.EqualTo(report.Test));
    }

    [Test]
    public void Records_stay_in_their_part_when_others_come()
    {
        string path = _folder.Write("a.jsonl", [.. Lines(150)]);
        Dictionary<string, DataPart> before = ByText(Corpus.Prepare(path));
        _folder.Write("a.jsonl", [.. Enumerable.Range(0, 50).Select(i => $$"""{"text":"new record {{i}} in front"}"""), .. Lines(300)]);
        Dictionary<string, DataPart> after = ByText(Corpus.Prepare(path));
        Assert.That(before, Has.Count.EqualTo(150).And.SubsetOf(after));
    }

    [Test]
    public void Near_duplicates_that_stay_are_in_one_part()
    {
        string path = _folder.Write("a.jsonl", [.. Lines(300)]);
        Corpus corpus = Corpus.Prepare(path, new CorpusOptions { KeepDuplicates = true, Split = new DataSplitOptions { TestShare = .3, ValidationShare = .3 } });
        Dictionary<string, DataPart> parts = ByText(corpus);
        string[] longer = [.. parts.Keys.Where(text => text.EndsWith(" more", StringComparison.Ordinal))];
        Assert.That(parts, Has.Count.EqualTo(330));
        Assert.That(longer, Has.Length.EqualTo(30));
        Assert.That(longer.Select(text => parts[text]), Is.EqualTo(longer.Select(text => parts[text[..^5]])));
        Assert.That(longer.Select(text => parts[text]).Distinct().Count(), Is.EqualTo(3));
        Assert.That(longer.Count(text => new DataSplit(new DataSplitOptions { TestShare = .3, ValidationShare = .3 }).PartOf(text) != parts[text]), Is.GreaterThan(10), "on its own it would be elsewhere");
    }

    [Test]
    public void Files_that_change_in_between_are_told()
    {
        string path = _folder.Write("a.jsonl", [.. Lines(20)]);
        Corpus corpus = Corpus.Prepare(path);
        _folder.Write("a.jsonl", [.. Lines(19)]);
        Assert.That(() => corpus.Read(DataPart.Training).Count(), Throws.TypeOf<DatasetException>().With.Message.Contains("1 records are gone"));
        _folder.Write("a.jsonl", [.. Lines(20).Select((line, i) => i == 7 ? """{"text":"changed"}""" : line)]);
        Assert.That(() => corpus.Read(DataPart.Training).Count(), Throws.TypeOf<DatasetException>().With.Message.Contains("line 8: the file has changed"));
        Assert.That(() => Corpus.Prepare(path, new CorpusOptions { Cleaning = new TextCleanerOptions { MinimumLength = 10_000 } }), Throws.TypeOf<DatasetException>().With.Message.Contains("no record is left to learn from").And.Message.Contains("too short"));
    }

    private static Dictionary<string, DataPart> ByText(Corpus corpus) => Parts.SelectMany(part => corpus.Read(part).Select(record => (record.Text!, part))).ToDictionary();
}
