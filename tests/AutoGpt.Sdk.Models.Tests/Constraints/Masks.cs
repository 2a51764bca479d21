using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Shorthands over masks and constraints.</summary>
internal static class Masks
{
    public static readonly ListTokenizer Bytes = new();

    public static JsonSchemaConstraint Compile(string schema, params (string Name, string Text)[] sections) =>
        JsonSchemaConstraint.Compile(JsonDocument.Parse(schema).RootElement, [.. sections.Select(s => new PromptSection(s.Name, s.Text))]);

    public static ITokenConstraint Start(this JsonSchemaConstraint constraint, ITokenizer? tokenizer = null) =>
        constraint.Start(TokenVocabulary.For(tokenizer ?? Bytes));

    public static ulong[] Mask(this ITokenConstraint constraint, ITokenizer tokenizer)
    {
        ulong[] mask = new ulong[(tokenizer.VocabularySize + 63) / 64];
        constraint.FillMask(mask);
        return mask;
    }

    public static bool Has(this ulong[] mask, int id) => (mask[id >> 6] >> (id & 63) & 1) != 0;

    public static List<int> Allowed(this ITokenConstraint constraint, ITokenizer tokenizer)
    {
        ulong[] mask = constraint.Mask(tokenizer);
        return [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(mask.Has)];
    }

    /// <summary>The allowed bytes as characters, in order; the end is written as <c>$</c> in front.</summary>
    public static string Next(this ITokenConstraint constraint)
    {
        List<int> ids = constraint.Allowed(Bytes);
        return (ids.Contains(256) ? "$" : "") + string.Concat(ids.Where(i => i < 256).Select(i => (char)i));
    }

    public static ITokenConstraint After(this JsonSchemaConstraint constraint, string text)
    {
        ITokenConstraint started = constraint.Start();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            started.Accept(b);
        }

        return started;
    }

    /// <summary>Whether the whole text is admitted byte by byte, by the masks and by the moves alike.</summary>
    public static bool Admits(this JsonSchemaConstraint constraint, string document)
    {
        ITokenConstraint started = constraint.Start();
        foreach (byte b in Encoding.UTF8.GetBytes(document))
        {
            if (!started.Mask(Bytes).Has(b))
            {
                Assert.That(() => started.Accept(b), Throws.ArgumentException);
                return false;
            }

            started.Accept(b);
        }

        return started.IsComplete;
    }
}
