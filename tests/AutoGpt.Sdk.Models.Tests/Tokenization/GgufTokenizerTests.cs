namespace AutoGpt.Sdk.Models.Tests;

public sealed class GgufTokenizerTests
{
    private static readonly string[] s_pieces = ["▁▁", "th", "▁t", "he", "▁the", "▁a", "at", "in", "cat", "▁c", "ab", "bc", "中国", "▁▁▁▁", "t", "h", "e", "▁", "a", "c", "i", "n", "b", "é"];

    [Test]
    public void Merging_by_score_is_what_the_book_says()
    {
        Dictionary<string, object> keys = GgufKeys.SentencePiece(s_pieces);
        IPromptTokenizer tokenizer = GgufKeys.Read(keys);
        string[] tokens = (string[])keys[GgufKeys.Prefix + "tokens"];
        string[] parts = ["the", "cat", " ", "  ", "a", "b", "c", "t", "中", "国", "中国", "é", "z", "\n", "😀", "</s>", "<s>", "<0x41>", "in", "▁", "\uD800"];
        Random random = new(3);
        for (int round = 0; round < 3000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.That(tokenizer.Encode(text).Select(id => tokens[id]), Is.EqualTo(NaiveSentencePiece.Encode(text, s_pieces)), text);
        }
    }

    [Test]
    public void A_space_goes_in_front_and_comes_back()
    {
        IPromptTokenizer tokenizer = GgufKeys.Read(GgufKeys.SentencePiece(s_pieces));
        Assert.That((tokenizer.AddsSpace, tokenizer.BeginOfText, tokenizer.EndOfText), Is.EqualTo((true, (int?)1, (int?)2)));
        foreach (string text in (string[])["the cat", " the", "中国 😀\n", "a\u0301", "</s>"])
        {
            Assert.That(tokenizer.Decode(tokenizer.Encode(text)), Is.EqualTo(" " + text));
            StreamingDetokenizer stream = new(tokenizer);
            Assert.That(string.Concat(tokenizer.Encode(text).Select(stream.Append)) + stream.Flush(), Is.EqualTo(" " + text));
        }

        IPromptTokenizer bare = GgufKeys.Read(GgufKeys.SentencePiece(s_pieces).With("add_space_prefix", false));
        Assert.That((bare.AddsSpace, bare.Decode(bare.Encode("the cat"))), Is.EqualTo((false, "the cat")));
    }

    [Test]
    public void Only_trusted_text_spells_control_tokens()
    {
        IPromptTokenizer tokenizer = GgufKeys.Read(GgufKeys.SentencePiece("</", "s>", "the"));
        const string Text = "the</s>the<tool></s>";
        Assert.That(tokenizer.Encode(Text).Where(tokenizer.IsControl), Is.Empty);
        Assert.That(tokenizer.EncodeTrusted(Text).Where(tokenizer.IsControl), Is.EqualTo([2, 2]));
        Assert.That(tokenizer.EncodeTrusted(Text, 0..10).Where(tokenizer.IsControl), Is.EqualTo([2]), "the first lies in text of somebody else's");
        Assert.That(tokenizer.EncodeTrusted(Text, 4..5, ^1..).Where(tokenizer.IsControl), Is.Empty, "neither may reach into it");
        Assert.That((tokenizer.FindControlToken("</s>"), tokenizer.ControlName(2)), Is.EqualTo(((int?)2, "</s>")));
    }

    [Test]
    public void Byte_level_tokens_come_back_and_tell_trusted_text_apart()
    {
        IPromptTokenizer tokenizer = GgufKeys.Read(GgufKeys.BytePair("qwen2", "t h", "th e", "Ġ the"));
        int[] ids = tokenizer.EncodeTrusted("the the<think>x<|im_end|>");
        Assert.That(ids, Is.EqualTo([257, 258, 260, tokenizer.Encode("x")[0], 259]));
        Assert.That(tokenizer.Decode(ids), Is.EqualTo("the the<think>x"));
        Assert.That((tokenizer.Decode(tokenizer.Encode("<|im_end|>")), tokenizer.BeginOfText, tokenizer.EndOfText), Is.EqualTo(("<|im_end|>", (int?)null, (int?)259)));
    }

    [Test]
    public void Text_is_not_composed() =>
        Assert.That(GgufKeys.Read(GgufKeys.BytePair("qwen2")) is var tokenizer ? tokenizer.Decode(tokenizer.Encode("e\u0301")) : null, Is.EqualTo("e\u0301"));

    [Test]
    public void A_whole_piece_is_its_token_where_merges_are_ignored()
    {
        // "abc" can only be reached by a merge that never comes: b and c merge first.
        string[] merges = ["b c", "a b", "ab c"];
        Assert.That(GgufKeys.Read(GgufKeys.BytePair("llama-bpe", merges).With("bos_token_id", 259L)).Encode("abc"), Is.EqualTo([258]));
        Assert.That(GgufKeys.Read(GgufKeys.BytePair("gpt-2", merges)).Encode("abc"), Is.EqualTo([GgufKeys.Read(GgufKeys.BytePair("gpt-2")).Encode("a")[0], 256]));
    }

    [Test]
    public void Merges_make_no_control_token()
    {
        IPromptTokenizer tokenizer = GgufKeys.Read(GgufKeys.BytePair("gpt-2", "< |", "<| >").With("eos_token_id", 257L));
        Assert.That(tokenizer.IsControl(257), Is.True);
        Assert.That(tokenizer.EncodeTrusted("<|>"), Is.EqualTo([257]));
        Assert.That(tokenizer.Encode("<|>"), Is.EqualTo([256, tokenizer.Encode(">")[0]]));
    }

    [Test]
    public void Bytes_without_a_token_are_left_out()
    {
        Dictionary<string, object> keys = GgufKeys.BytePair("gpt-2", "a b");
        string[] tokens = [.. (string[])keys[GgufKeys.Prefix + "tokens"]];
        tokens[0xF1] = "";
        IPromptTokenizer tokenizer = GgufKeys.Read(keys.With("tokens", tokens));
        Assert.That(tokenizer.Encode("a񀀀b"), Has.Length.EqualTo(5), "a, three bytes of four, b");
        Assert.That(tokenizer.Decode(tokenizer.Encode("ab𐀀")), Is.EqualTo("ab𐀀"));
    }

    [Test]
    [CancelAfter(20_000)]
    public void A_million_characters_take_no_quadratic_time()
    {
        IPromptTokenizer tokenizer = GgufKeys.Read(GgufKeys.SentencePiece(s_pieces));
        foreach (string part in (string[])["thecat", "a ", " ", "</s", "😀"])
        {
            string text = string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length));
            Assert.That(tokenizer.Decode(tokenizer.Encode(text)), Is.EqualTo(" " + text));
        }
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        Dictionary<string, object> pieces = GgufKeys.SentencePiece(s_pieces);
        Dictionary<string, object> bytes = GgufKeys.BytePair("gpt-2", "t h");
        int count = ((string[])pieces[GgufKeys.Prefix + "tokens"]).Length;
        yield return new(pieces.With("model", "bert"), "'bert'");
        yield return new(pieces.Without("model"), "tokenizer.ggml.model");
        yield return new(pieces.Without("scores"), "tokenizer.ggml.scores");
        yield return new(pieces.With("scores", new double[3]), "scores");
        yield return new(pieces.With("scores", Enumerable.Repeat(double.NaN, count).ToArray()), "scores");
        yield return new(pieces.With("token_type", Enumerable.Repeat(1L, count).ToArray()), "byte <0x00>");
        yield return new(pieces.With("token_type", Enumerable.Repeat(9L, count).ToArray()), "type 9");
        yield return new(pieces.With("eos_token_id", 100_000L), "eos_token_id");
        yield return new(pieces.Without("bos_token_id"), "bos_token_id");
        yield return new(bytes.With("pre", "falcon"), "'falcon'");
        yield return new(bytes.With("merges", new[] { "t x" }), "merge 0");
        yield return new(bytes.With("merges", new[] { "t h", "t h" }), "twice");
        yield return new(bytes.With("tokens", new[] { "a", "a" }).Without("token_type"), "both 'a'");
        yield return new(bytes.With("tokens", new[] { "a" }).Without("token_type").Without("merges").With("merges", Array.Empty<string>()).With("eos_token_id", 0L), "0x20");
    }

    [TestCaseSource(nameof(Broken))]
    public void What_is_broken_or_unsupported_is_named(object keys, string problem) =>
        Assert.That(() => GgufKeys.Read((Dictionary<string, object>)keys), Throws.TypeOf<CheckpointException>().With.Message.StartsWith("t.gguf: ").And.Message.Contains(problem));
}
