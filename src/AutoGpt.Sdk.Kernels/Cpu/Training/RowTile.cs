using System.Numerics;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Kernels;

/// <summary>Products of small matrices that lie in the cache: six rows and two vectors of columns at a time, whose sums stay in registers.</summary>
internal static unsafe class RowTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Columns of a tile.</summary>
    public static int Columns => 2 * Vector<float>.Count;

    /// <summary><c>c = a · b</c>, or that added to it.</summary>
    /// <param name="a">Element (i, p) is at <c>a[i · rowStep + p · columnStep]</c>.</param>
    /// <param name="rowStep">See <paramref name="a"/>.</param>
    /// <param name="columnStep">See <paramref name="a"/>.</param>
    /// <param name="b"><c>[inner, columns]</c>, rows <paramref name="width"/> apart.</param>
    /// <param name="width">Distance of the rows of b and of c.</param>
    /// <param name="c"><c>[rows, columns]</c>.</param>
    /// <param name="cWidth">Distance of the rows of c.</param>
    /// <param name="rows">A multiple of <see cref="Rows"/>.</param>
    /// <param name="columns">A multiple of <see cref="Columns"/>.</param>
    /// <param name="inner">Length of the sums.</param>
    /// <param name="adds">Whether to add.</param>
    public static void Multiply(float* a, int rowStep, int columnStep, float* b, int width, float* c, int cWidth, int rows, int columns, int inner, bool adds)
    {
        for (int column = 0; column < columns; column += Columns)
        {
            for (int row = 0; row < rows; row += Rows)
            {
                Tile(a + ((nint)row * rowStep), rowStep, columnStep, b + column, width, c + ((nint)row * cWidth) + column, cWidth, inner, adds);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* a, nint rowStep, nint columnStep, float* b, nint width, float* c, nint cWidth, int inner, bool adds)
    {
        nint next = Vector<float>.Count;
        float* a1 = a + rowStep, a2 = a1 + rowStep, a3 = a2 + rowStep, a4 = a3 + rowStep, a5 = a4 + rowStep;
        Vector<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector<float> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        nint at = 0;
        for (int p = 0; p < inner; p++)
        {
            Vector<float> b0 = Vector.Load(b), b1 = Vector.Load(b + next);
            Vector<float> x = new(a[at]);
            s00 = Vector.MultiplyAddEstimate(x, b0, s00);
            s01 = Vector.MultiplyAddEstimate(x, b1, s01);
            x = new(a1[at]);
            s10 = Vector.MultiplyAddEstimate(x, b0, s10);
            s11 = Vector.MultiplyAddEstimate(x, b1, s11);
            x = new(a2[at]);
            s20 = Vector.MultiplyAddEstimate(x, b0, s20);
            s21 = Vector.MultiplyAddEstimate(x, b1, s21);
            x = new(a3[at]);
            s30 = Vector.MultiplyAddEstimate(x, b0, s30);
            s31 = Vector.MultiplyAddEstimate(x, b1, s31);
            x = new(a4[at]);
            s40 = Vector.MultiplyAddEstimate(x, b0, s40);
            s41 = Vector.MultiplyAddEstimate(x, b1, s41);
            x = new(a5[at]);
            s50 = Vector.MultiplyAddEstimate(x, b0, s50);
            s51 = Vector.MultiplyAddEstimate(x, b1, s51);
            at += columnStep;
            b += width;
        }

        Store(c, s00, s01, adds);
        Store(c + cWidth, s10, s11, adds);
        Store(c + (2 * cWidth), s20, s21, adds);
        Store(c + (3 * cWidth), s30, s31, adds);
        Store(c + (4 * cWidth), s40, s41, adds);
        Store(c + (5 * cWidth), s50, s51, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector<float> first, Vector<float> second, bool adds)
    {
        float* next = c + Vector<float>.Count;
        (adds ? Vector.Load(c) + first : first).Store(c);
        (adds ? Vector.Load(next) + second : second).Store(next);
    }
}
