using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// Splits data by a hash of each record's content: a record is in the same part whatever comes before, after or with it, today and when there is more. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The part depends on a fraction: the first eight bytes of SHA-256(salt, a zero byte, content in UTF-8), big-endian, divided by 2⁶⁴. Below the test share it is the test part, below test
/// and validation share together the validation part. The shares are therefore met as closely as by tossing a coin for each record, ±√(n·share·(1 − share)) of n records.
/// </remarks>
public sealed class DataSplit
{
    private readonly DataSplitOptions _options;

    /// <summary>Creates a split.</summary>
    /// <param name="options">Default: a tenth each for validation and test.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range.</exception>
    public DataSplit(DataSplitOptions? options = null)
    {
        _options = options ?? new DataSplitOptions();
        _options.Validate();
    }

    /// <summary>The part of a record.</summary>
    /// <param name="content">Its content, or that of the first record of its cluster of near duplicates.</param>
    public DataPart PartOf(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return PartOf(Hash(content));
    }

    internal DataPart PartOf(ulong hash)
    {
        double fraction = hash * Math.Pow(2, -64);
        return fraction < _options.TestShare ? DataPart.Test : fraction < _options.TestShare + _options.ValidationShare ? DataPart.Validation : DataPart.Training;
    }

    internal ulong Hash(string content) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{_options.Salt}\0{content}")));
}
