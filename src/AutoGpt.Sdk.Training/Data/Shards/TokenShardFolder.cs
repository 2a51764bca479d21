using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Training;

/// <summary>The shards of a folder as one row of tokens, mapped into memory. Thread-safe until disposed.</summary>
internal sealed class TokenShardFolder : IDisposable
{
    private readonly List<(MappedFile File, TokenShardHeader Header, long First)> _shards = [];

    /// <exception cref="DatasetException">There is no shard, or one is damaged.</exception>
    public TokenShardFolder(string folder)
    {
        string[] paths = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, TokenShards.Pattern).Order(StringComparer.Ordinal)] : [];
        if (paths.Length == 0)
        {
            throw new DatasetException(new RecordPlace(folder, 0), "there is no folder with shards of tokens. TokenShards.Write makes one.");
        }

        var hash = new StableHash();
        try
        {
            foreach (string path in paths)
            {
                MappedFile file = MappedFile.Open(path);
                TokenShardHeader header = Header(file, path);
                _shards.Add((file, header, Tokens));
                Tokens += header.Tokens;
                Learned += header.Learned;
                VocabularySize = Math.Max(VocabularySize, header.VocabularySize);
                hash.Add((int)header.Hash);
                hash.Add((int)(header.Hash >> 32));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Hash = hash.Value;
    }

    public long Tokens { get; }

    public long Learned { get; }

    public int VocabularySize { get; }

    public ulong Hash { get; }

    /// <summary>Reads tokens from a place on, over the ends of shards. The sign bit says that one is not to be foreseen.</summary>
    public void Read(long start, Span<uint> tokens)
    {
        int shard = _shards.FindLastIndex(each => each.First <= start);
        while (!tokens.IsEmpty)
        {
            (MappedFile file, TokenShardHeader header, long first) = _shards[shard++];
            int count = (int)Math.Min(tokens.Length, header.Tokens - (start - first));
            TokenShards.Widen(file.Slice(TokenShardHeader.Size + ((start - first) * header.Width), count * header.Width).Span, header.Width, tokens[..count]);
            tokens = tokens[count..];
            start += count;
        }
    }

    public void Dispose() => _shards.ForEach(shard => shard.File.Dispose());

    private static TokenShardHeader Header(MappedFile file, string path)
    {
        try
        {
            return TokenShardHeader.Parse(file.Slice(0, (int)Math.Min(file.Length, TokenShardHeader.Size)).Span, file.Length, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
