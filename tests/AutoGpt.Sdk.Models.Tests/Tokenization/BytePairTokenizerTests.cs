using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class BytePairTokenizerTests
{
    private const string Corpus = "the cat sat on the mat, the cats' hats aren't that fat; they're 1234 flat 中文中文 😀😀 naïve naïve\n\n  end  ";
    private static readonly string[] s_alphabet = ["the", "at", " ", "  ", "\n", "'s", "'re", "1", "23", "é", "中文", "😀", "\u0301", "\0", ",", "--", "<eos>", "{\"a\":", "\uD83D"];

    private static BytePairTokenizer Trained(PreTokenization preTokenization = PreTokenization.Gpt2) => BytePairTrainer.Train(
        [Corpus],
        new BytePairTrainingOptions { VocabularySize = 330, PreTokenization = preTokenization, AtomicStrings = ["{\"a\":", "{\"a\""], ControlTokens = ["<pad>", "<eos>"] });

    private static string RandomText(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 14)).Select(_ => s_alphabet[random.Next(s_alphabet.Length)]));

    // One character for each byte.
    private static string Bytes(BytePairTokenizer tokenizer, int id) => Encoding.Latin1.GetString(tokenizer.GetBytes(id).Span);

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    [Test]
    public void Training_merges_what_counting_by_the_book_merges()
    {
        const string text = "low low low low low lower lower newest newest newest newest newest newest widest widest widest zzzz zzzzz 中中中 é é";
        List<(string Left, string Right)> expected = NaiveBytePairs.Train(text, 30);
        BytePairTokenizer trained = BytePairTrainer.Train([text], new BytePairTrainingOptions { VocabularySize = 256 + 30 });
        Assert.That(expected, Has.Count.GreaterThan(20));
        Assert.That(Enumerable.Range(256, trained.VocabularySize - 256).Select(id => Bytes(trained, id)), Is.EqualTo(expected.Select(pair => pair.Left + pair.Right)));
    }

    [Test]
    public void Encoding_is_what_merging_by_rank_gives()
    {
        BytePairTokenizer tokenizer = BytePairTrainer.Train([Corpus], new BytePairTrainingOptions { VocabularySize = 300 });
        List<(string Left, string Right)> merges = [.. tokenizer.Vocabulary.Merges.Select(merge => (Bytes(tokenizer, merge.Left), Bytes(tokenizer, merge.Right)))];
        Random random = new(1);
        for (int round = 0; round < 1000; round++)
        {
            string text = WellFormed(RandomText(random));
            string[] expected = [.. NaiveBytePairs.Pieces(text).SelectMany(piece => NaiveBytePairs.Encode(piece, merges))];
            Assert.That(tokenizer.Encode(text).Select(id => Bytes(tokenizer, id)), Is.EqualTo(expected), text);
        }
    }

    [TestCase(PreTokenization.Gpt2)]
    [TestCase(PreTokenization.Words)]
    public void Every_text_comes_back(PreTokenization preTokenization)
    {
        BytePairTokenizer tokenizer = Trained(preTokenization);
        Random random = new(2);
        for (int round = 0; round < 3000; round++)
        {
            string text = RandomText(random);
            int[] ids = tokenizer.Encode(text);
            Assert.That(tokenizer.Decode(ids), Is.EqualTo(WellFormed(text)));
            Assert.That(ids.Where(tokenizer.IsControl), Is.Empty, "no text encodes to a control token");
        }
    }

    [TestCase(2000)]
    [TestCase(2300)]
    public void Long_pieces_encode_by_rank_too(int length)
    {
        BytePairTokenizer tokenizer = BytePairTrainer.Train([Corpus], new BytePairTrainingOptions { VocabularySize = 300 });
        List<(string Left, string Right)> merges = [.. tokenizer.Vocabulary.Merges.Select(merge => (Bytes(tokenizer, merge.Left), Bytes(tokenizer, merge.Right)))];
        Random random = new(3);
        string piece = string.Concat(Enumerable.Range(0, length).Select(_ => "theatcsmfé中"[random.Next(11)]));
        Assert.That(tokenizer.Encode(piece).Select(id => Bytes(tokenizer, id)), Is.EqualTo(NaiveBytePairs.Encode(piece, merges)));
    }

    [Test]
    [CancelAfter(20_000)]
    public void A_million_letters_take_no_quadratic_time()
    {
        string piece = string.Concat(Enumerable.Repeat("thecatsatonthemat", 60_000));
        BytePairTokenizer tokenizer = Trained();
        Assert.That(tokenizer.Decode(tokenizer.Encode(piece)), Is.EqualTo(piece));
    }

    [Test]
    public void Atomic_strings_are_one_id_and_the_longest_wins()
    {
        BytePairTokenizer tokenizer = Trained();
        int[] ids = tokenizer.Encode("x{\"a\":1");
        Assert.That(ids, Has.Length.EqualTo(3));
        Assert.That(Encoding.UTF8.GetString(tokenizer.GetBytes(ids[1]).Span), Is.EqualTo("{\"a\":"));
    }

    [Test]
    public void Words_have_the_same_ids_wherever_they_stand()
    {
        BytePairTokenizer tokenizer = Trained(PreTokenization.Words);
        int[] alone = tokenizer.Encode("mat");
        foreach (string around in (string[])[" mat", "\"mat", "/mat", "(mat"])
        {
            Assert.That(tokenizer.Encode(around)[1..], Is.EqualTo(alone), around);
        }
    }

    [Test]
    public void Training_can_be_cancelled_and_is_the_same_every_time()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        BytePairTrainingOptions options = new() { VocabularySize = 300 };
        Assert.That(() => BytePairTrainer.Train([Corpus], options, progress: null, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        int[] first = Trained().Encode(Corpus);
        int[] second = Trained().Encode(Corpus);
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void A_vocabulary_stops_growing_when_no_pair_recurs()
    {
        BytePairTokenizer tokenizer = BytePairTrainer.Train(["abab"], new BytePairTrainingOptions { VocabularySize = 1000 });
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(257), "ab twice, then nothing twice");
    }
}
