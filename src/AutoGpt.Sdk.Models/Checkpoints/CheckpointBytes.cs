namespace AutoGpt.Sdk.Models;

/// <summary>Reads a small file of a checkpoint, with a limit.</summary>
internal static class CheckpointBytes
{
    private const int MaximumBytes = 256 << 20;

    public static byte[] Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > MaximumBytes)
            {
                throw new CheckpointException(path, $"it has {stream.Length} bytes, more than the {MaximumBytes} a JSON file may have.");
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, $"it cannot be read: {exception.Message}", exception);
        }
    }
}
