using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>What each id stands for: the half of a tokenizer that all of them share. Immutable.</summary>
internal sealed class TokenTable
{
    // Begin and end of a text as the common model families spell them. tokenizer.json itself does not say which control token is which.
    private static readonly string[] s_begins = ["<bos>", "<s>", "<|begin_of_text|>", "<|startoftext|>"];
    private static readonly string[] s_ends = ["<eos>", "</s>", "<|end_of_text|>", "<|endoftext|>", "<|im_end|>"];

    private readonly byte[]?[] _bytes;
    private readonly string?[] _control;

    /// <param name="bytes">Bytes of every id; null for one that stands for nothing, which counts as a control token without a name.</param>
    /// <param name="control">The name of each control token, null for the others.</param>
    /// <param name="beginOfText">Where null and <paramref name="beginsUnstated"/>: the control token of a usual name.</param>
    /// <param name="endsOfText">The first is the <see cref="EndOfText"/>. Where there are none: the control token of a usual name.</param>
    /// <param name="beginsUnstated">Whether a text may begin with a token that nobody stated.</param>
    public TokenTable(byte[]?[] bytes, string?[] control, int? beginOfText, IReadOnlyList<int> endsOfText, bool beginsUnstated = true)
    {
        _bytes = bytes;
        _control = control;
        BeginOfText = beginOfText ?? (beginsUnstated ? s_begins.Select(FindControlToken).FirstOrDefault(id => id is not null) : null);
        EndOfText = endsOfText is [int first, ..] ? first : s_ends.Select(FindControlToken).FirstOrDefault(id => id is not null);
        StopTokens = EndOfText is int end ? endsOfText.Append(end).ToFrozenSet() : FrozenSet<int>.Empty;
    }

    public int Size => _bytes.Length;

    public int? BeginOfText { get; }

    public int? EndOfText { get; }

    public IReadOnlySet<int> StopTokens { get; }

    /// <summary>Whether a control token has a name that only beginnings of texts have.</summary>
    public static bool IsUsualBegin(string? name) => Array.IndexOf(s_begins, name) >= 0;

    public ReadOnlyMemory<byte> GetBytes(int id) => IsControl(id) ? default : _bytes[id];

    public bool IsControl(int id) => ControlName(id) is not null || _bytes[id] is null;

    /// <summary>How the control token is spelt in files, or null where the id is none.</summary>
    public string? ControlName(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, Size);
        return _control[id];
    }

    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 4));
        foreach (int id in ids)
        {
            bytes.Write(GetBytes(id).Span);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public int? FindControlToken(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Array.IndexOf(_control, name) is >= 0 and var id ? id : null;
    }
}
