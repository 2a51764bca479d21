namespace AutoGpt.Sdk.Training.Tests.Data.Augmentation;

/// <summary>On a few made synsets in the form of wndb(5WN).</summary>
public sealed class WordNetTests
{
    private DataFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new DataFolder();
        _folder.Write("data.noun", "  1 a licence  ", "00000017 05 n 03 car 0 auto 0 motor_car 0 001 @ 00000090 n 0000 | a vehicle  ", "00000090 05 n 01 carriage 1 000 | of a train  ", "00000120 05 n 0a a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 car 3 000 | ten  ");
        _folder.Write("index.noun", "  1 a licence  ", "auto n 1 1 @ 1 1 00000017  ", "car n 3 1 @ 3 2 00000017 00000090 00000120  ", "carriage n 1 0 1 0 00000090  ", "motor_car n 1 1 @ 1 0 00000017  ");
        _folder.Write("data.adj", "00000001 00 a 02 galore(ip) 0 Abounding 0 000 | in plenty  ");
        _folder.Write("index.adj", "galore a 1 0 1 0 00000001  ", "abounding a 1 0 1 0 00000001  ");
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Synonyms_are_those_of_the_most_frequent_senses()
    {
        WordNet wordNet = WordNet.Open(_folder.Path);
        Assert.That(wordNet.Synonyms("Car"), Is.EqualTo(["auto", "motor car"]));
        Assert.That(wordNet.Synonyms("car", 2), Is.EqualTo(["auto", "motor car", "carriage"]));
        Assert.That(wordNet.Synonyms("car", 9), Has.Count.EqualTo(12), "ten words are counted in hexadecimal");
        Assert.That(wordNet.Synonyms("motor car"), Is.EqualTo(["car", "auto"]));
        Assert.That(wordNet.Synonyms("galore"), Is.EqualTo(["Abounding"]));
        Assert.That(wordNet.Synonyms("abounding"), Is.EqualTo(["galore"]), "without the mark of its position");
        Assert.That(wordNet.Synonyms("unheard"), Is.Empty);
    }

    [Test]
    public async Task Words_are_replaced_in_place()
    {
        SynonymReplacement replacement = new(WordNet.Open(_folder.Path), share: 1);
        Assert.That(await replacement.ApplyAsync("Motor; the carriage’s CAR (auto).", 0), Does.Match("^Motor; the carriage’s (Auto|Motor car) \\((car|motor car)\\)\\.$"));
        Assert.That(await replacement.ApplyAsync("nothing here", 0), Is.Null);
        SynonymReplacement half = new(WordNet.Open(_folder.Path), share: .5);
        int replaced = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            replaced += (await half.ApplyAsync("galore galore galore galore", seed) ?? "").Split(' ').Count(word => word == "Abounding");
        }

        Assert.That(replaced, Is.EqualTo(200).Within(4 * 10), "a coin for each of 400");
    }

    [Test]
    public void A_database_that_is_broken_is_told()
    {
        Assert.That(() => WordNet.Open(_folder.File("gone")), Throws.TypeOf<DatasetException>().With.Message.Contains("no WordNet database"));
        _folder.Write("index.noun", "car n 1 1 @ 1 1 00000018  ");
        Assert.That(() => WordNet.Open(_folder.Path), Throws.TypeOf<DatasetException>().With.Message.Contains("different versions"));
        _folder.Write("index.noun", "  licence", "car n x");
        Assert.That(() => WordNet.Open(_folder.Path), Throws.TypeOf<DatasetException>().With.Message.Contains("index.noun, line 2: the line is not as a WordNet database has it"));
        File.Delete(_folder.File("data.noun"));
        Assert.That(() => WordNet.Open(_folder.Path), Throws.TypeOf<DatasetException>().With.Message.Contains("data.noun: the file is missing"));
    }
}
