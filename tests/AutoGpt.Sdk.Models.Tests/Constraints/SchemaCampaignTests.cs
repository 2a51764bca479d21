using System.Globalization;
using System.Text.Json;
using NJsonSchema;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>
/// Random schemas against an independent validator, both ways: what the mask lets through is valid, and what is valid the mask lets through.
/// AUTOGPT_SCHEMAS sets how many (default 10,000: ten seconds).
/// </summary>
public sealed class SchemaCampaignTests
{
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("AUTOGPT_SCHEMAS") ?? "10000", CultureInfo.InvariantCulture);

    private static readonly ByteTokenizer[] Tokenizers =
    [
        new(),
        new("{\"", "\":", "\",\"", "\":\"", "[", "[[", "]}", "}}", "\"}", "},{", "true", "null", "false", ",\"", "ab", "é", "日", "12", "-1", "0.", "\":{\"", "10", "00", "aa", "\\n", "\\\""),
    ];

    [Test]
    public async Task What_the_mask_lets_through_is_valid()
    {
        int finished = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            Random random = new(seed);
            string schema = new RandomSchemas(random).Schema(3);
            JsonSchema validator = await JsonSchema.FromJsonAsync(schema);
            foreach (ByteTokenizer tokenizer in Tokenizers)
            {
                string? document = Walk(schema, tokenizer, random);
                if (document is null)
                {
                    continue;
                }

                finished++;
                Assert.That(validator.Validate(Judged(schema, document)), Is.Empty, $"seed {seed}: {schema} -> {document}");
            }
        }

        Assert.That(finished, Is.GreaterThan(Count * 3 / 2), "most walks end before they are cut off");
    }

    [Test]
    public async Task What_is_valid_the_mask_lets_through()
    {
        for (int seed = 0; seed < Count; seed++)
        {
            Random random = new(seed);
            RandomSchemas schemas = new(random);
            string schema = schemas.Schema(3);
            string document = RandomSchemas.Document(JsonDocument.Parse(schema).RootElement, random);
            JsonSchema validator = await JsonSchema.FromJsonAsync(schema);
            Assert.That(validator.Validate(document), Is.Empty, $"seed {seed}: the test's own document is wrong: {schema} -> {document}");
            foreach (ByteTokenizer tokenizer in Tokenizers)
            {
                ITokenConstraint constraint = Compile(schema, tokenizer);
                ulong[] mask = new ulong[(tokenizer.VocabularySize + 63) / 64];
                foreach (int id in Tokenize(document, tokenizer, random))
                {
                    constraint.FillMask(mask);
                    Assert.That(mask[id >> 6] >> (id & 63) & 1, Is.EqualTo(1), $"seed {seed}: {schema} -> {document}, at {tokenizer.Decode([id])}");
                    constraint.Accept(id);
                }

                Assert.That(constraint.IsComplete, $"seed {seed}: {schema} -> {document}");
            }
        }
    }

    // The validator counts and matches UTF-16 units where JSON Schema means code points: it is shown one unit for each. And U+FEFF is a space to
    // ECMA-262's \s, as JSON Schema has it, and not to .NET's.
    private static string Judged(string schema, string document) => schema.Contains("\\ud83d", StringComparison.OrdinalIgnoreCase)
        ? document
        : string.Concat(document.EnumerateRunes().Select(rune => rune.Value == 0xFEFF ? " " : rune.IsBmp ? rune.ToString() : "日"));

    private static ITokenConstraint Compile(string schema, ITokenizer tokenizer) =>
        JsonSchemaConstraintCompiler.Instance.Compile(JsonDocument.Parse(schema).RootElement, [], tokenizer);

    /// <summary>A document of random allowed tokens; null when it does not end in time.</summary>
    private static string? Walk(string schema, ByteTokenizer tokenizer, Random random)
    {
        ITokenConstraint constraint = Compile(schema, tokenizer);
        ulong[] mask = new ulong[(tokenizer.VocabularySize + 63) / 64];
        List<int> ids = [];
        while (ids.Count < 600)
        {
            constraint.FillMask(mask);
            int[] allowed = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => (mask[id >> 6] >> (id & 63) & 1) == 1)];
            Assert.That(allowed, Is.Not.Empty, $"a dead end: {schema} -> {tokenizer.Decode([.. ids])}");
            Assert.That(allowed.Contains(256), Is.EqualTo(constraint.IsComplete));
            // What ends things is preferred, or free strings would hardly ever end.
            int[] ends = [.. allowed.Where(id => id == 256 || tokenizer.GetBytes(id).Span.IndexOfAny("\"]}"u8) >= 0)];
            int next = ends.Length > 0 && random.Next(3) == 0 ? ends[random.Next(ends.Length)] : allowed[random.Next(allowed.Length)];
            if (next == 256)
            {
                return tokenizer.Decode([.. ids]);
            }

            constraint.Accept(next);
            ids.Add(next);
            if (constraint.MustEnd)
            {
                return tokenizer.Decode([.. ids]);
            }
        }

        return null;
    }

    // At each place a random token that fits, so that every way of cutting a text occurs.
    private static IEnumerable<int> Tokenize(string text, ByteTokenizer tokenizer, Random random)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        for (int at = 0; at < bytes.Length;)
        {
            int[] fitting = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => tokenizer.GetBytes(id).Length > 0 && bytes.AsSpan(at).StartsWith(tokenizer.GetBytes(id).Span))];
            int id = fitting[random.Next(fitting.Length)];
            yield return id;
            at += tokenizer.GetBytes(id).Length;
        }
    }
}
