using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

public sealed class StreamingDetokenizerTests
{
    // Untrained, a tokenizer has a token for each byte: every character of several bytes arrives in pieces.
    private static readonly BytePairTokenizer s_bytes = BytePairTrainer.Train(["x"], new BytePairTrainingOptions { VocabularySize = 256 });

    [Test]
    public void What_it_says_is_what_was_encoded_and_never_half_a_character()
    {
        Random random = new(4);
        string[] parts = ["a", "é", "中", "😀", "\n", " ", "\u0301", "𝒳"];
        for (int round = 0; round < 500; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)]));
            StreamingDetokenizer stream = new(s_bytes);
            StringBuilder said = new();
            foreach (int id in s_bytes.Encode(text))
            {
                string piece = stream.Append(id);
                Assert.That(piece, Does.Not.Contain('\uFFFD'));
                Assert.That(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece)), Is.EqualTo(piece), "no lone surrogate");
                said.Append(piece);
            }

            Assert.That((said.ToString(), stream.Flush()), Is.EqualTo((text, "")));
        }
    }

    [Test]
    public void A_character_cut_off_becomes_the_replacement_character_and_the_next_text_is_clean()
    {
        StreamingDetokenizer stream = new(s_bytes);
        int[] ids = s_bytes.Encode("中");
        Assert.That(stream.Append(ids.AsSpan(0, 2)), Is.Empty);
        Assert.That(stream.Flush(), Is.EqualTo("\uFFFD"));
        Assert.That(stream.Append(s_bytes.Encode("ok")), Is.EqualTo("ok"));
    }

    [Test]
    public void Bytes_that_are_no_UTF8_are_what_decoding_the_whole_gives()
    {
        int[] ids = [s_bytes.Encode("é")[1], s_bytes.Encode("a")[0], s_bytes.Encode("中")[0], s_bytes.Encode("b")[0]];
        StreamingDetokenizer stream = new(s_bytes);
        Assert.That(stream.Append(ids) + stream.Flush(), Is.EqualTo(s_bytes.Decode(ids)));
    }
}
