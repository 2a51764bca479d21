namespace AutoGpt.Sdk.Models;

/// <summary>The fixed positions of Vaswani et al. (2017).</summary>
internal static class SinusoidalPositions
{
    /// <summary><c>[context, width]</c>: sin(p / 10000^(2i/width)) at 2i and the cosine at 2i + 1, added to the unscaled embedding.</summary>
    public static float[] Table(int context, int width)
    {
        float[] table = new float[context * width];
        for (int position = 0; position < context; position++)
        {
            for (int element = 0; element < width; element++)
            {
                double angle = position / Math.Pow(10_000, (double)(element - (element % 2)) / width);
                table[(position * width) + element] = (float)(element % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return table;
    }
}
