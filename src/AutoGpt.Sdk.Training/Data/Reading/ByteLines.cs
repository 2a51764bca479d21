namespace AutoGpt.Sdk.Training;

/// <summary>The lines of a file as bytes, one in memory at a time.</summary>
internal static class ByteLines
{
    private const int FirstSize = 1 << 16;

    /// <param name="path">The file.</param>
    /// <param name="maximum">Bytes a line may have.</param>
    /// <returns>Each line without its end, valid until the next; its number from 1 and the position of its first byte.</returns>
    /// <exception cref="DatasetException">The file is empty, or a line is too long.</exception>
    public static IEnumerable<(ReadOnlyMemory<byte> Bytes, long Number, long Position)> Read(string path, int maximum)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] buffer = new byte[FirstSize];
        int start = 0;
        int end = 0;
        long position = 0;
        for (long number = 1; ; number++)
        {
            int found;
            int searched = 0;
            while ((found = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n')) < 0)
            {
                searched = end - start;
                Require(searched, path, number, position, maximum);
                if (end == buffer.Length)
                {
                    byte[] larger = start > 0 ? buffer : new byte[Math.Min(buffer.Length * 2L, maximum + 2L)];
                    buffer.AsSpan(start, searched).CopyTo(larger);
                    (buffer, start, end) = (larger, 0, searched);
                }

                int read = stream.Read(buffer, end, buffer.Length - end);
                end += read;
                if (read == 0)
                {
                    break;
                }
            }

            int lineEnd = found < 0 ? end : start + searched + found;
            if (number == 1)
            {
                Utf8Input.CheckBeginning(path, buffer.AsSpan(start, end - start));
                int mark = buffer.AsSpan(start, end - start) is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
                start += mark;
                position += mark;
            }

            int length = lineEnd - start;
            if (found < 0 && length == 0)
            {
                yield break;
            }

            Require(length, path, number, position, maximum);
            yield return (buffer.AsMemory(start, length > 0 && buffer[lineEnd - 1] == '\r' ? length - 1 : length), number, position);
            start = lineEnd + (found < 0 ? 0 : 1);
            position += length + (found < 0 ? 0 : 1);
        }
    }

    private static void Require(int length, string path, long number, long position, int maximum)
    {
        if (length > maximum)
        {
            throw new DatasetException(new RecordPlace(path, number), $"the line has more than {maximum} bytes. Enlarge MaximumRecordBytes, or see whether the file is JSONL at all.", position);
        }
    }
}
