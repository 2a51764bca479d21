using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>A text of which parts are to be learnt.</summary>
/// <param name="Text">The text up to the end of the last part.</param>
/// <param name="Untrusted">Where no control tokens are read, as in <see cref="RenderedPrompt.Untrusted"/>; null for nowhere in the text.</param>
/// <param name="Learned">The parts, in order and apart.</param>
internal sealed record LearnedText(string Text, Range[]? Untrusted, IReadOnlyList<(int Start, int End)> Learned)
{
    public TrainingExample Encode(ITokenizer tokenizer)
    {
        // A tokenizer that puts a space in front of each text it is given would put one into the middle.
        return tokenizer is IPromptTokenizer { AddsSpace: true } trusted ? EncodeWhole(trusted) : EncodeParts(tokenizer);
    }

    // Each part on its own: an answer follows a prompt that was cut into tokens before there was an answer.
    private TrainingExample EncodeParts(ITokenizer tokenizer)
    {
        List<int> ids = [];
        List<bool> learned = [];
        int place = 0;
        foreach ((int start, int end) in Learned)
        {
            Add(place, start, false);
            Add(start, end, true);
            place = end;
        }

        return new TrainingExample(ids.ToArray(), 0) { Learned = learned.ToArray() };

        void Add(int start, int end, bool learn)
        {
            int[] part = start == end ? [] : Encode(tokenizer, start, end);
            ids.AddRange(part);
            learned.AddRange(Enumerable.Repeat(learn, part.Length));
        }
    }

    // The tokens of the whole; those that the text up to a place has in common with them lie before the place. One that reaches over the beginning of an answer is the prompt's.
    private TrainingExample EncodeWhole(IPromptTokenizer tokenizer)
    {
        int[] ids = Encode(tokenizer, 0, Text.Length);
        bool[] learned = new bool[ids.Length];
        foreach ((int start, int end) in Learned)
        {
            int[] before = Encode(tokenizer, 0, start);
            int first = ids.AsSpan().CommonPrefixLength(before);
            first += first < before.Length ? 1 : 0;
            int last = end == Text.Length ? ids.Length : ids.AsSpan().CommonPrefixLength(Encode(tokenizer, 0, end));
            learned.AsSpan(first..Math.Max(first, last)).Fill(true);
        }

        return new TrainingExample(ids, 0) { Learned = learned };
    }

    private int[] Encode(ITokenizer tokenizer, int start, int end)
    {
        string part = Text[start..end];
        if (Untrusted is null || tokenizer is not IPromptTokenizer trusted)
        {
            return tokenizer.Encode(part);
        }

        Range[] ranges = [.. Untrusted.Select(range => (From: Math.Max(range.Start.Value, start) - start, To: Math.Min(range.End.Value, end) - start)).Where(range => range.From < range.To).Select(range => range.From..range.To)];
        return trusted.EncodeTrusted(part, ranges);
    }
}
