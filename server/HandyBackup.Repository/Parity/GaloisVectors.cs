using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HandyBackup.Repository;

/// <summary>
/// Multiplies many bytes by one element and adds them to others: nearly all the work of Reed-Solomon. The tables of half bytes are those of
/// J. S. Plank, K. M. Greenan and E. L. Miller, "Screaming Fast Galois Field Arithmetic Using Intel SIMD Instructions", 2013.
/// </summary>
internal static class GaloisVectors
{
    private const int NibbleValues = 16;

    /// <summary>The fastest way on this processor.</summary>
    public static GaloisPath Best { get; } = FindBest();

    /// <summary>Says whether this processor knows a way.</summary>
    public static bool IsSupported(GaloisPath path) => path switch
    {
        GaloisPath.Scalar => true,
        GaloisPath.Shuffle128 => Vector128.IsHardwareAccelerated,
        GaloisPath.Shuffle256 => Avx2.IsSupported,
        GaloisPath.Gfni256 => Gfni.V256.IsSupported,
        GaloisPath.Gfni512 => Gfni.V512.IsSupported,
        _ => false,
    };

    /// <summary>Adds the products of the element and each byte of the source to the bytes of the destination, which is as long.</summary>
    public static void MultiplyAdd(GaloisPath path, byte element, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        destination = destination[..source.Length];
        int done = path switch
        {
            GaloisPath.Gfni512 => MultiplyAddGfni512(element, source, destination),
            GaloisPath.Gfni256 => MultiplyAddGfni256(element, source, destination),
            GaloisPath.Shuffle256 => MultiplyAddShuffle256(element, source, destination),
            GaloisPath.Shuffle128 => MultiplyAddShuffle128(element, source, destination),
            _ => 0,
        };
        ReadOnlySpan<byte> multiples = GaloisField.MultiplesOf(element);
        for (int i = done; i < source.Length; i++)
        {
            destination[i] ^= multiples[source[i]];
        }
    }

    private static GaloisPath FindBest()
    {
        GaloisPath best = GaloisPath.Scalar;
        foreach (GaloisPath path in Enum.GetValues<GaloisPath>())
        {
            best = IsSupported(path) ? path : best;
        }

        return best;
    }

    private static int MultiplyAddGfni512(byte element, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        Vector512<byte> factor = Vector512.Create(element);
        nuint end = (nuint)(source.Length & -Vector512<byte>.Count);
        for (nuint i = 0; i < end; i += (nuint)Vector512<byte>.Count)
        {
            Vector512<byte> product = Gfni.V512.GaloisFieldMultiply(Vector512.LoadUnsafe(ref from, i), factor);
            (Vector512.LoadUnsafe(ref to, i) ^ product).StoreUnsafe(ref to, i);
        }

        return (int)end;
    }

    private static int MultiplyAddGfni256(byte element, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        Vector256<byte> factor = Vector256.Create(element);
        nuint end = (nuint)(source.Length & -Vector256<byte>.Count);
        for (nuint i = 0; i < end; i += (nuint)Vector256<byte>.Count)
        {
            Vector256<byte> product = Gfni.V256.GaloisFieldMultiply(Vector256.LoadUnsafe(ref from, i), factor);
            (Vector256.LoadUnsafe(ref to, i) ^ product).StoreUnsafe(ref to, i);
        }

        return (int)end;
    }

    private static int MultiplyAddShuffle256(byte element, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        (Vector128<byte> low128, Vector128<byte> high128) = GetNibbleTables(element);
        Vector256<byte> low = Vector256.Create(low128, low128);
        Vector256<byte> high = Vector256.Create(high128, high128);
        Vector256<byte> mask = Vector256.Create((byte)(NibbleValues - 1));
        nuint end = (nuint)(source.Length & -Vector256<byte>.Count);
        for (nuint i = 0; i < end; i += (nuint)Vector256<byte>.Count)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref from, i);
            Vector256<byte> product = Avx2.Shuffle(low, bytes & mask) ^ Avx2.Shuffle(high, (bytes.AsUInt16() >>> 4).AsByte() & mask);
            (Vector256.LoadUnsafe(ref to, i) ^ product).StoreUnsafe(ref to, i);
        }

        return (int)end;
    }

    private static int MultiplyAddShuffle128(byte element, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        (Vector128<byte> low, Vector128<byte> high) = GetNibbleTables(element);
        Vector128<byte> mask = Vector128.Create((byte)(NibbleValues - 1));
        nuint end = (nuint)(source.Length & -Vector128<byte>.Count);
        for (nuint i = 0; i < end; i += (nuint)Vector128<byte>.Count)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref from, i);
            Vector128<byte> product = Vector128.ShuffleNative(low, bytes & mask) ^ Vector128.ShuffleNative(high, (bytes.AsUInt16() >>> 4).AsByte() & mask);
            (Vector128.LoadUnsafe(ref to, i) ^ product).StoreUnsafe(ref to, i);
        }

        return (int)end;
    }

    // A product is the sum of the products of the low and of the high half of a byte.
    [SkipLocalsInit]
    private static (Vector128<byte> Low, Vector128<byte> High) GetNibbleTables(byte element)
    {
        ReadOnlySpan<byte> multiples = GaloisField.MultiplesOf(element);
        Span<byte> high = stackalloc byte[NibbleValues];
        for (int i = 0; i < NibbleValues; i++)
        {
            high[i] = multiples[i * NibbleValues];
        }

        return (Vector128.Create(multiples[..NibbleValues]), Vector128.Create<byte>(high));
    }
}
