namespace HandyBackup.Repository;

/// <summary>
/// Arithmetic in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1: the one that the GFNI multiplication of x86 has built in (Intel 64 manual, GF2P8MULB).
/// </summary>
internal static class GaloisField
{
    /// <summary>How many elements there are.</summary>
    public const int Size = 256;

    private const int Polynomial = 0x11B;

    private static readonly byte[] s_products = CreateProducts();

    /// <summary>The product of two elements.</summary>
    public static byte Multiply(byte left, byte right) => s_products[(left * Size) + right];

    /// <summary>The products of one element with all elements in order.</summary>
    public static ReadOnlySpan<byte> MultiplesOf(byte element) => s_products.AsSpan(element * Size, Size);

    /// <summary>The element whose product with this one is 1.</summary>
    /// <exception cref="DivideByZeroException">The element is 0.</exception>
    public static byte Invert(byte element)
    {
        int inverse = MultiplesOf(element).IndexOf((byte)1);
        return inverse < 0 ? throw new DivideByZeroException() : (byte)inverse;
    }

    private static byte[] CreateProducts()
    {
        byte[] products = new byte[Size * Size];
        for (int left = 0; left < Size; left++)
        {
            for (int right = 0; right < Size; right++)
            {
                products[(left * Size) + right] = MultiplyBits(left, right);
            }
        }

        return products;
    }

    private static byte MultiplyBits(int left, int right)
    {
        int product = 0;
        for (; right != 0; right >>= 1)
        {
            if ((right & 1) != 0)
            {
                product ^= left;
            }

            left <<= 1;
            if (left >= Size)
            {
                left ^= Polynomial;
            }
        }

        return (byte)product;
    }
}
