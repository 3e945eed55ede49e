using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HandyBackup.Contracts;

/// <summary>32 bytes of SHA-256, held without an allocation. Shown and parsed as 64 lower-case hexadecimal digits.</summary>
public readonly struct Sha256Hash : IEquatable<Sha256Hash>, IComparable<Sha256Hash>
{
    /// <summary>The number of bytes.</summary>
    public const int Size = 32;

    // Big-endian words, so that comparing words compares bytes.
    private readonly ulong _word0;
    private readonly ulong _word1;
    private readonly ulong _word2;
    private readonly ulong _word3;

    /// <summary>Takes over 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public Sha256Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException("A SHA-256 hash has 32 bytes.", nameof(bytes));
        }

        _word0 = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _word1 = BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(8));
        _word2 = BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(16));
        _word3 = BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(24));
    }

    /// <summary>Eight bytes of the hash, as evenly spread as the hash itself: a ready hash-table key.</summary>
    public ulong Prefix => _word0;

    /// <summary>Copies the bytes to the start of <paramref name="destination"/>, which must have room for 32.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _word0);
        BinaryPrimitives.WriteUInt64BigEndian(destination.Slice(8), _word1);
        BinaryPrimitives.WriteUInt64BigEndian(destination.Slice(16), _word2);
        BinaryPrimitives.WriteUInt64BigEndian(destination.Slice(24), _word3);
    }

    /// <summary>Parses 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Sha256Hash Parse(string text) =>
        TryParse(text, out Sha256Hash hash) ? hash : throw new FormatException($"'{text}' is not a SHA-256 id: 64 hexadecimal digits are expected.");

    /// <summary>Parses 64 hexadecimal digits, or says that the text is something else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Sha256Hash hash)
    {
        hash = default;
        if (text is not { Length: Size * 2 })
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[Size * 2];
        for (int i = 0; i < digits.Length; i++)
        {
            digits[i] = text[i] < 0x80 ? (byte)text[i] : (byte)0;
        }

        return TryParse(digits, out hash);
    }

    /// <summary>Parses 64 hexadecimal digits in ASCII, or says that the bytes are something else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out Sha256Hash hash)
    {
        hash = default;
        if (digits.Length != Size * 2)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Size];
        for (int i = 0; i < Size; i++)
        {
            int high = HexDigit.Value((char)digits[2 * i]);
            int low = HexDigit.Value((char)digits[(2 * i) + 1]);
            if (high < 0 || low < 0)
            {
                return false;
            }

            bytes[i] = (byte)((high << 4) | low);
        }

        hash = new Sha256Hash(bytes);
        return true;
    }

    /// <summary>Writes the 64 digits in ASCII to the start of <paramref name="destination"/>, which must have room for them.</summary>
    public void WriteDigits(Span<byte> destination)
    {
        HexDigit.Write(_word0, destination.Slice(0, 16));
        HexDigit.Write(_word1, destination.Slice(16, 16));
        HexDigit.Write(_word2, destination.Slice(32, 16));
        HexDigit.Write(_word3, destination.Slice(48, 16));
    }

    /// <inheritdoc/>
    public bool Equals(Sha256Hash other) =>
        _word0 == other._word0 && _word1 == other._word1 && _word2 == other._word2 && _word3 == other._word3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Hash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _word0.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(Sha256Hash other)
    {
        int result = _word0.CompareTo(other._word0);
        result = result != 0 ? result : _word1.CompareTo(other._word1);
        result = result != 0 ? result : _word2.CompareTo(other._word2);
        return result != 0 ? result : _word3.CompareTo(other._word3);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Format(CultureInfo.InvariantCulture, "{0:x16}{1:x16}{2:x16}{3:x16}", _word0, _word1, _word2, _word3);

    /// <summary>Byte-wise equality.</summary>
    public static bool operator ==(Sha256Hash left, Sha256Hash right) => left.Equals(right);

    /// <summary>Byte-wise inequality.</summary>
    public static bool operator !=(Sha256Hash left, Sha256Hash right) => !left.Equals(right);

    /// <summary>Byte-wise order.</summary>
    public static bool operator <(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) < 0;

    /// <summary>Byte-wise order.</summary>
    public static bool operator >(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) > 0;

    /// <summary>Byte-wise order.</summary>
    public static bool operator <=(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) <= 0;

    /// <summary>Byte-wise order.</summary>
    public static bool operator >=(Sha256Hash left, Sha256Hash right) => left.CompareTo(right) >= 0;
}
