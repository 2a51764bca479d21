namespace AutoGpt.Sdk.Models.Tests;

public sealed class GgufTokenizerWriterTests
{
    private static readonly string[] s_texts = ["the cat, the hat", "  the\n\tthe", "é 中国 😀", "12345 it's", "<tool>the<|im_end|></s>", "th ethe thethe s> ▁"];

    [TestCase(PreTokenization.Gpt2, "gpt-2")]
    [TestCase(PreTokenization.Gpt2Digits, "smollm")]
    [TestCase(PreTokenization.Llama3, "smaug-bpe")]
    [TestCase(PreTokenization.Qwen2, "qwen2")]
    [TestCase(PreTokenization.Qwen35, "qwen35")]
    [TestCase(PreTokenization.LlamaCppDefault, "default")]
    public void A_byte_level_tokenizer_has_its_ids(PreTokenization preTokenization, string name)
    {
        BytePairTokenizer tokenizer = GgufExports.Tokenizer(preTokenization);
        Dictionary<string, object> keys = Same(tokenizer, out List<string> warnings, size: 300);
        Assert.That((keys["tokenizer.ggml.pre"], keys["tokenizer.ggml.bos_token_id"], keys["tokenizer.ggml.eos_token_id"], keys["tokenizer.ggml.add_bos_token"]), Is.EqualTo((name, 0L, 1L, true)));
        string[] tokens = (string[])keys["tokenizer.ggml.tokens"];
        long[] types = (long[])keys["tokenizer.ggml.token_type"];
        Assert.That((tokens.Length, tokens.Distinct().Count(), types.Length), Is.EqualTo((300, 300, 300)));
        Assert.That(types.Skip(tokenizer.VocabularySize), Is.All.EqualTo(5), "what is there for the network alone is unused");
        Assert.That(warnings, Is.Empty);
    }

    [Test]
    public void Families_tokenizers_have_their_ids()
    {
        Same(TokenizerFile.Load(Bytes(SmallTokenizers.Composing)), out List<string> warnings);
        Assert.That(warnings, Has.One.Contains("does not compose"));
        Same(GgufKeys.Read(GgufKeys.BytePair("llama-bpe", "b c", "a b", "ab c").With("bos_token_id", 259L)), out warnings);
        Same(GgufKeys.Read(GgufKeys.SentencePiece("▁▁", "th", "▁t", "he", "▁the", "t", "h", "e", "▁", "ab", "a", "b")), out warnings);
        Same(GgufKeys.Read(GgufKeys.SentencePiece("t", "h", "th").With("add_space_prefix", false)), out warnings);
        Assert.That(warnings, Is.Empty);
    }

    // llama.cpp merges by scores, tokenizer.json by a list: where the list has each pair that makes a token, a token after the other, they are the same.
    [Test]
    public void Merges_become_scores_where_they_say_the_same()
    {
        string json = SmallTokenizers.SentencePiece.Replace("\"</\":266", "\"<\":266", StringComparison.Ordinal);
        Dictionary<string, object> keys = Same(TokenizerFile.Load(Bytes(json)), out List<string> warnings);
        double[] scores = (double[])keys["tokenizer.ggml.scores"];
        Assert.That((scores[263], scores[264], scores[265]), Is.EqualTo((0, -1, -2)));
        Assert.That((((long[])keys["tokenizer.ggml.token_type"])[0], keys["tokenizer.ggml.unknown_token_id"], keys["tokenizer.ggml.add_space_prefix"]), Is.EqualTo((2, 0L, true)));
        Assert.That(warnings, Is.Empty);
    }

    [TestCase("\"merges\":[", "\"merges\":[", "'</'", TestName = "{m}(a token that no merge makes)")]
    [TestCase("\"</\":266,\"s\":267,\">\":268,\"s>\":269", "\"<\":266,\"s\":267,\">\":268,\"s>\":269,\"the\":271", "the'", TestName = "{m}(a pair that no merge has)")]
    public void Merges_that_scores_do_not_express_are_named(string from, string to, string token)
    {
        ITokenizer tokenizer = TokenizerFile.Load(Bytes(SmallTokenizers.SentencePiece.Replace(from, to, StringComparison.Ordinal)));
        Assert.That(() => Write(tokenizer, []), Throws.TypeOf<NotSupportedException>().With.Message.Contains(token));
    }

    [Test]
    public void What_llama_cpp_does_not_have_is_named()
    {
        Assert.That(() => Write(CharacterTokenizer.FromText("abc"), []), Throws.TypeOf<NotSupportedException>().With.Message.Contains("CharacterTokenizer"));
        Assert.That(() => Write(GgufExports.Tokenizer(PreTokenization.Words), []), Throws.TypeOf<NotSupportedException>().With.Message.Contains("by Words"));
        List<string> warnings = [];
        Write(BytePairTrainer.Train(["aa"], new BytePairTrainingOptions { VocabularySize = 257 }), warnings);
        Assert.That(warnings, Has.One.Contains("no end of text"));
    }

    [Test]
    public void Further_ends_are_named_as_far_as_a_file_can()
    {
        BytePairTokenizer tokenizer = GgufKeys.Read(GgufKeys.BytePair("gpt-2", "a b")) as BytePairTokenizer ?? throw new InvalidOperationException();
        AddedToken[] added = [.. tokenizer.Vocabulary.Added.Where(token => token.Control), .. Enumerable.Range(260, 3).Select(id => new AddedToken(id, $"<{id}>", true))];
        var several = new BytePairTokenizer(tokenizer.Vocabulary with
        {
            Tokens = [.. tokenizer.Vocabulary.Tokens, "<259>", "<260>", "<261>", "<262>"],
            Added = added,
            EndsOfText = [257, 260, 261, 262],
        });
        List<string> warnings = [];
        Dictionary<string, object> keys = Write(several, warnings);
        Assert.That((keys["tokenizer.ggml.eos_token_id"], keys["tokenizer.ggml.eot_token_id"], keys["tokenizer.ggml.eom_token_id"]), Is.EqualTo((257L, 260L, 261L)));
        Assert.That(warnings, Has.One.Contains("token 262 ('<262>')"));
    }

    private static Dictionary<string, object> Same(ITokenizer tokenizer, out List<string> warnings, int? size = null)
    {
        warnings = [];
        Dictionary<string, object> keys = Write(tokenizer, warnings, size);
        IPromptTokenizer read = GgufKeys.Read(keys);
        foreach (string text in s_texts)
        {
            Assert.That(read.Encode(text), Is.EqualTo(tokenizer.Encode(text)), text);
            Assert.That(read.EncodeTrusted(text), Is.EqualTo(((IPromptTokenizer)tokenizer).EncodeTrusted(text)), text);
            Assert.That(read.Decode(read.Encode(text)), Is.EqualTo(tokenizer.Decode(tokenizer.Encode(text))), text);
        }

        Assert.That((read.BeginOfText, read.EndOfText, read.AddsSpace), Is.EqualTo((tokenizer.BeginOfText, tokenizer.EndOfText, ((IPromptTokenizer)tokenizer).AddsSpace)));
        return keys;
    }

    private static Dictionary<string, object> Write(ITokenizer tokenizer, List<string> warnings, int? size = null) =>
        GgufTokenizerWriter.Write(tokenizer, size ?? tokenizer.VocabularySize, new Dictionary<string, object?>(), warnings);

    private static byte[] Bytes(string json) => System.Text.Encoding.UTF8.GetBytes(json);
}
