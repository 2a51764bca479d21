using System.Buffers.Binary;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// What a shard begins with, 64 bytes, little-endian: the letters AGTK, version, bytes a token, size of the vocabulary (4 each), tokens, tokens that count, hash of the tokens (8 each), zeros. Then the
/// tokens; the highest bit of each says that it is not to be foreseen.
/// </summary>
/// <param name="Width">Bytes a token, 2 or 4.</param>
/// <param name="VocabularySize">Ids are below this.</param>
/// <param name="Tokens">Tokens in the file.</param>
/// <param name="Learned">Those that count.</param>
/// <param name="Hash">The <see cref="StableHash"/> of them all, with the bit.</param>
internal sealed record TokenShardHeader(int Width, int VocabularySize, long Tokens, long Learned, ulong Hash)
{
    public const int Size = 64;
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "AGTK"u8;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), VocabularySize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Tokens);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Learned);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), Hash);
        return bytes;
    }

    /// <exception cref="DatasetException">It is no header of this version, or the file has another length.</exception>
    public static TokenShardHeader Parse(ReadOnlySpan<byte> bytes, long fileLength, string path)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            throw new DatasetException(new RecordPlace(path, 0), "the file is no shard of tokens. Shards are written by TokenShards.Write.", 0);
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        var header = new TokenShardHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]));
        if (version != Version || header.Width is not (2 or 4))
        {
            throw new DatasetException(new RecordPlace(path, 0), $"the shard has version {version} and {header.Width} bytes a token; version {Version} with 2 or 4 is read. Write it again.", 4);
        }

        return header.Tokens >= 0 && fileLength == Size + (header.Tokens * header.Width)
            ? header
            : throw new DatasetException(new RecordPlace(path, 0), $"the shard has {fileLength} bytes instead of the {Size + (header.Tokens * header.Width)} of its {header.Tokens} tokens: it is cut off or damaged. Write it again.", fileLength);
    }
}
