using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Damaged tokenizer files and metadata: a <see cref="CheckpointException"/> or a tokenizer that encodes and decodes, in bounded time.
/// <c>AUTOGPT_TOKENIZER_MUTATIONS</c> sets how many (default 5,000, half of each kind).
/// </summary>
public sealed class TokenizerFuzzTests
{
    private static readonly int s_count = int.Parse(Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZER_MUTATIONS") ?? "5000", CultureInfo.InvariantCulture) / 2;
    private static readonly string[] s_scraps =
        ["\"", ",", "{", "}", "[", "]", "null", "true", "false", "-1", "0", "1e9", "2147483647", "\"\\ud800\"", "\"NFC\"", "\"Metaspace\"", "\"byte_fallback\":true,", "\"a\"", "\"\"", ":", "\\", "\u0000", "\"▁\""];

    [Test]
    public void Damaged_files_are_refused_or_work()
    {
        string[] files = [Encoding.UTF8.GetString(TokenizerFile.Write(BytePairTrainer.Train(
            ["the cat sat on the mat"], new BytePairTrainingOptions { VocabularySize = 262, ControlTokens = ["<s>"], AtomicStrings = ["{\"a\""] }))), SmallTokenizers.SentencePiece, SmallTokenizers.Composing];
        int read = 0;
        for (int seed = 0; seed < s_count; seed++)
        {
            Random random = new(seed);
            StringBuilder text = new(files[random.Next(files.Length)]);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int at = random.Next(text.Length);
                int length = Math.Min(random.Next(1, random.Next(2, 40)), text.Length - at);
                switch (random.Next(5))
                {
                    case 0:
                        text.Remove(at, length);
                        break;
                    case 1:
                        text.Insert(at, s_scraps[random.Next(s_scraps.Length)]);
                        break;
                    case 2:
                        text.Insert(random.Next(text.Length), text.ToString(at, length));
                        break;
                    case 3:
                        text[at] = (char)random.Next(0x20, 0x7F);
                        break;
                    default:
                        text.Remove(at, length).Insert(at, s_scraps[random.Next(s_scraps.Length)]);
                        break;
                }
            }

            read += Check(seed, () => TokenizerFile.Load(Encoding.UTF8.GetBytes(text.ToString()), "t.json")) ? 1 : 0;
        }

        Assert.That(read, Is.GreaterThan(s_count / 100).And.LessThan(s_count), "some damage does no harm, some does");
    }

    [Test]
    public void Damaged_metadata_are_refused_or_work()
    {
        Dictionary<string, object>[] all = [GgufKeys.SentencePiece("▁the", "th", "he", "t", "h", "e", "▁t", "▁"), GgufKeys.BytePair("llama-bpe", "t h", "th e", "Ġ t").With("bos_token_id", 0L), GgufKeys.BytePair("default", "t h")];
        object[] values = ["", "gpt2", "llama", "qwen2", -1L, 0L, 1L, long.MaxValue, true, false, 0.5, double.NaN, Array.Empty<string>(), Array.Empty<long>(), Array.Empty<double>(), ulong.MaxValue];
        string[] texts = ["", "the", "\uFFFD", "<0x00>", "a b", " ", "▁", "</s>", "\0", "t h", new string('x', 3000)];
        int read = 0;
        for (int seed = 0; seed < s_count; seed++)
        {
            Random random = new(seed);
            Dictionary<string, object> keys = new(all[random.Next(all.Length)]);
            for (int changes = random.Next(1, 3); changes > 0; changes--)
            {
                string key = keys.Keys.Concat(["add_bos_token", "add_eos_token", "add_space_prefix", "eot_token_id"]).ElementAt(random.Next(keys.Count + 4));
                key = key.StartsWith(GgufKeys.Prefix, StringComparison.Ordinal) ? key : GgufKeys.Prefix + key;
                keys[key] = keys.GetValueOrDefault(key) switch
                {
                    _ when random.Next(3) == 0 => values[random.Next(values.Length)],
                    string[] list when list.Length > 0 => Changed(list, random, texts[random.Next(texts.Length)], list[random.Next(list.Length)]),
                    long[] list when list.Length > 0 => Changed(list, random, random.Next(-1, 8), list[random.Next(list.Length)]),
                    double[] list when list.Length > 0 => Changed(list, random, random.Next(-9, 9), double.NegativeInfinity),
                    _ => values[random.Next(values.Length)],
                };
            }

            read += Check(seed, () => GgufKeys.Read(keys)) ? 1 : 0;
        }

        Assert.That(read, Is.GreaterThan(s_count / 100).And.LessThan(s_count), "some damage does no harm, some does");
    }

    private static T[] Changed<T>(T[] list, Random random, T one, T other)
    {
        List<T> changed = [.. list];
        int at = random.Next(list.Length);
        switch (random.Next(3))
        {
            case 0:
                changed.RemoveAt(at);
                break;
            case 1:
                changed.Insert(at, one);
                break;
            default:
                changed[at] = random.Next(2) == 0 ? one : other;
                break;
        }

        return [.. changed];
    }

    private static bool Check(int seed, Func<ITokenizer> load)
    {
        const string Text = "the cat </s><s>{\"a\" 中é\u0301 \uD800\n";
        try
        {
            ITokenizer tokenizer = load();
            if (tokenizer is CharacterTokenizer)
            {
                return true;
            }

            int[] ids = tokenizer.Encode(Text);
            Assert.That(ids.Where(tokenizer.IsControl), Is.Empty, $"seed {seed}: text became a control token");
            Assert.That(tokenizer.Decode(ids), Does.Contain("cat").IgnoreCase.Or.Contain("c"), $"seed {seed}");
            ((IPromptTokenizer)tokenizer).EncodeTrusted(Text);
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
        catch (Exception exception) when (exception is not AssertionException)
        {
            throw new AssertionException($"seed {seed}: {exception}", exception);
        }
    }
}
