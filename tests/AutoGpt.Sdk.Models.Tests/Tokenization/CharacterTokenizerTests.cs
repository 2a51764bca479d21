namespace AutoGpt.Sdk.Models.Tests;

public sealed class CharacterTokenizerTests
{
    [Test]
    public void Ids_are_the_characters_of_the_corpus_in_order()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.FromText("hello 😀 中", ["<bos>", "<eos>"]);
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(" ehlo中😀".EnumerateRunes().Count() + 2));
        Assert.That(tokenizer.Encode(" e"), Is.EqualTo([0, 1]));
        Assert.That(tokenizer.Decode(tokenizer.Encode("lo 😀")), Is.EqualTo("lo 😀"));
        Assert.That((tokenizer.IsControl(tokenizer.VocabularySize - 1), tokenizer.FindControlToken("<bos>")), Is.EqualTo((true, (int?)(tokenizer.VocabularySize - 2))));
    }

    [Test]
    public void A_character_it_does_not_know_is_named()
    {
        CharacterTokenizer tokenizer = CharacterTokenizer.FromText("abc");
        Assert.That(() => tokenizer.Encode("ab\u00e9"), Throws.ArgumentException.With.Message.Contains("U+00E9").And.Message.Contains("index 2"));
    }

    [Test]
    public void Names_of_control_tokens_differ() =>
        Assert.That(() => CharacterTokenizer.FromText("abc", ["<a>", "<a>"]), Throws.ArgumentException);
}
