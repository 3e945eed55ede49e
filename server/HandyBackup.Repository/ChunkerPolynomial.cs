using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace HandyBackup.Repository;

/// <summary>
/// The polynomial over GF(2) that keys restic's chunker. We cut with another chunker, but restic refuses a config without an irreducible polynomial
/// (internal/restic/config.go), and backs up into our repositories with it.
/// </summary>
internal static class ChunkerPolynomial
{
    private const int Degree = 53;

    /// <summary>A random irreducible polynomial of degree 53; the bits are its coefficients.</summary>
    public static ulong Create()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        while (true)
        {
            RandomNumberGenerator.Fill(random);
            ulong candidate = (BinaryPrimitives.ReadUInt64LittleEndian(random) & ((1UL << Degree) - 1)) | (1UL << Degree) | 1;
            if (IsIrreducible(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>As the config holds it: hexadecimal without leading zeros.</summary>
    public static string ToText(ulong polynomial) => polynomial.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>
    /// Rabin's test for a polynomial f of degree 53 (M. O. Rabin, "Probabilistic algorithms in finite fields", 1980): as 53 is prime, f is irreducible exactly if it
    /// divides x^(2^53) - x and has no root. A root 0 shows in an absent last term, a root 1 in an even number of terms.
    /// </summary>
    public static bool IsIrreducible(ulong polynomial)
    {
        if (BitOperations.Log2(polynomial) != Degree || (polynomial & 1) == 0 || BitOperations.PopCount(polynomial) % 2 == 0)
        {
            return false;
        }

        const ulong X = 2;
        ulong power = X;
        for (int i = 0; i < Degree; i++)
        {
            power = MultiplyModulo(power, power, polynomial);
        }

        return power == X;
    }

    private static ulong MultiplyModulo(ulong left, ulong right, ulong modulus)
    {
        ulong product = 0;
        for (; right != 0; right >>= 1)
        {
            if ((right & 1) != 0)
            {
                product ^= left;
            }

            left <<= 1;
            if ((left >> Degree) != 0)
            {
                left ^= modulus;
            }
        }

        return product;
    }
}
