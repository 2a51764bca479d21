using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class TokenizerFileTests
{
    private const string Text = "the cat sat, the cat's 12 hats\n";

    [TestCase(PreTokenization.Gpt2)]
    [TestCase(PreTokenization.Words)]
    public void A_byte_pair_tokenizer_comes_back_as_it_was(PreTokenization preTokenization)
    {
        BytePairTokenizer before = BytePairTrainer.Train(
            [Text, Text],
            new BytePairTrainingOptions { VocabularySize = 290, PreTokenization = preTokenization, AtomicStrings = ["{\"x\":"], ControlTokens = ["<bos>", "<eos>"] });
        BytePairTokenizer after = (BytePairTokenizer)Reload(before);
        string probe = Text + "{\"x\":<eos> é中";
        Assert.That(after.Encode(probe), Is.EqualTo(before.Encode(probe)));
        Assert.That((after.VocabularySize, after.BeginOfText, after.EndOfText), Is.EqualTo((before.VocabularySize, before.BeginOfText, before.EndOfText)));
        Assert.That(after.PreTokenization, Is.EqualTo(preTokenization));
        Assert.That(Enumerable.Range(0, before.VocabularySize).Select(id => (after.IsControl(id), Encoding.Latin1.GetString(after.GetBytes(id).Span))),
            Is.EqualTo(Enumerable.Range(0, before.VocabularySize).Select(id => (before.IsControl(id), Encoding.Latin1.GetString(before.GetBytes(id).Span)))));
    }

    [Test]
    public void A_character_tokenizer_comes_back_as_it_was()
    {
        CharacterTokenizer before = CharacterTokenizer.FromText(Text + "中😀", ["<eos>"]);
        ITokenizer after = Reload(before);
        Assert.That(after.Encode("sat 😀"), Is.EqualTo(before.Encode("sat 😀")));
        Assert.That(after.EndOfText, Is.EqualTo(before.EndOfText));
    }

    [TestCase(null, 1, "eos_token_id is 1")]
    [TestCase(null, 4, "eos_token_id is 4")]
    [TestCase(0, 3, "bos_token_id is 0")]
    public void Ends_that_are_no_control_tokens_are_named(int? begin, int end, string problem)
    {
        byte[] characters = TokenizerFile.Write(CharacterTokenizer.FromText("ab", ["<pad>", "<stop>"]));
        Assert.That(TokenizerFile.Load(characters, "t.json", 2, [3]), Has.Property(nameof(ITokenizer.EndOfText)).EqualTo(3).And.Property(nameof(ITokenizer.BeginOfText)).EqualTo(2));
        Assert.That(
            () => TokenizerFile.Load(characters, "t.json", begin, [3, end]), Throws.TypeOf<CheckpointException>().With.Message.StartsWith("t.json: " + problem));
    }

    [Test]
    public void A_byte_pair_tokenizer_knows_every_end()
    {
        byte[] json = TokenizerFile.Write(BytePairTrainer.Train([Text], new BytePairTrainingOptions { VocabularySize = 270, ControlTokens = ["<turn>", "<eos>"] }));
        BytePairTokenizer plain = (BytePairTokenizer)TokenizerFile.Load(json);
        int turn = plain.FindControlToken("<turn>")!.Value;
        Assert.That(plain.StopTokens, Is.EquivalentTo([plain.EndOfText!.Value]));
        BytePairTokenizer chat = (BytePairTokenizer)TokenizerFile.Load(json, "t.json", null, [plain.EndOfText.Value, turn]);
        Assert.That(chat.StopTokens, Is.EquivalentTo([plain.EndOfText.Value, turn]));
        int letter = plain.Encode("t")[0];
        Assert.That(() => TokenizerFile.Load(json, "t.json", null, [turn, letter]), Throws.TypeOf<CheckpointException>().With.Message.Contains($"eos_token_id is {letter} "));
    }

    [TestCase(true, false)]
    [TestCase(true, true)]
    [TestCase(false, false)]
    public void An_added_token_that_is_there_twice_is_named(bool first, bool second)
    {
        string json = $$$"""
            {"model":{"type":"BPE","vocab":{},"merges":[]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"},
             "added_tokens":[{"id":0,"content":"x","special":{{{(first ? "true" : "false")}}}},{"id":0,"content":"x","special":{{{(second ? "true" : "false")}}}}]}
            """;
        Assert.That(() => TokenizerFile.Load(Encoding.UTF8.GetBytes(json)), Throws.TypeOf<CheckpointException>().With.Message.Contains("'x' is there twice"));
    }

    [TestCase("", "not valid JSON")]
    [TestCase("[]", "no 'model'")]
    [TestCase("""{"model":{"type":"WordPiece"}}""", "WordPiece")]
    [TestCase("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"}}""", "0x")]
    [TestCase("""{"model":{"type":"BPE","vocab":{},"merges":["a b"]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"}}""", "merge")]
    public void Broken_files_are_named(string json, string problem) =>
        Assert.That(() => TokenizerFile.Load(Encoding.UTF8.GetBytes(json), "t.json"), Throws.InstanceOf<CheckpointException>().With.Message.Contains("t.json").And.Message.Contains(problem));

    private static ITokenizer Reload(ITokenizer tokenizer)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "tokenizer.json");
        TokenizerFile.Save(path, tokenizer);
        return TokenizerFile.Load(path);
    }
}
