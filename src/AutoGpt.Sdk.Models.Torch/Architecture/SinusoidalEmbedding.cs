using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Fixed positions (Vaswani et al. 2017): sin(position / 10000^(2i/width)) at 2i and the cosine at 2i + 1.</summary>
internal static class SinusoidalEmbedding
{
    /// <summary><c>[context, width]</c>.</summary>
    public static Tensor Table(int context, int width)
    {
        var table = new float[context, width];
        for (int position = 0; position < context; position++)
        {
            for (int i = 0; i < width; i++)
            {
                double angle = position / Math.Pow(10_000, (i - (i % 2)) / (double)width);
                table[position, i] = (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return tensor(table);
    }
}
