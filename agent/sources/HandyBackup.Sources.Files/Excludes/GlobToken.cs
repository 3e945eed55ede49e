using System.Buffers;
using System.Text;

namespace HandyBackup.Sources.Files.Excludes;

/// <summary>
/// One element of a pattern: a character, any character, any run of characters, or a choice of characters. Characters are given as units:
/// Unicode code points, and above them the bytes that are not UTF-8.
/// </summary>
internal sealed class GlobToken
{
    private const int FirstByteUnit = 0x110000;

    private readonly Kind _kind;
    private readonly int _unit;
    private readonly bool _isNegated;
    private readonly (int Low, int High)[] _ranges = [];

    private GlobToken(Kind kind) => _kind = kind;

    private GlobToken(int unit)
        : this(Kind.Literal) => _unit = unit;

    private GlobToken((int Low, int High)[] ranges, bool isNegated)
        : this(Kind.Choice)
    {
        _ranges = ranges;
        _isNegated = isNegated;
    }

    private enum Kind
    {
        Literal,
        AnyOne,
        AnyRun,
        Choice,
    }

    /// <summary><c>?</c></summary>
    public static GlobToken AnyOne { get; } = new(Kind.AnyOne);

    /// <summary><c>*</c></summary>
    public static GlobToken AnyRun { get; } = new(Kind.AnyRun);

    public bool IsAnyRun => _kind == Kind.AnyRun;

    public bool IsLiteral => _kind == Kind.Literal;

    public static GlobToken Literal(int unit) => new(unit);

    public static GlobToken Choice((int Low, int High)[] ranges, bool isNegated) => new(ranges, isNegated);

    /// <summary>The unit of a byte that is not part of a UTF-8 sequence.</summary>
    public static int ByteUnit(byte value) => value < 0x80 ? value : FirstByteUnit + value;

    public bool Matches(int unit, bool ignoreCase) => _kind switch
    {
        Kind.Literal => unit == _unit || (ignoreCase && Fold(unit) == Fold(_unit)),
        Kind.AnyOne => true,
        Kind.Choice => IsInRanges(unit, ignoreCase) != _isNegated,
        _ => false,
    };

    /// <summary>Appends a literal's bytes.</summary>
    public void Encode(IBufferWriter<byte> bytes)
    {
        if (_unit >= FirstByteUnit)
        {
            bytes.Write([(byte)(_unit - FirstByteUnit)]);
            return;
        }

        Span<byte> encoded = stackalloc byte[4];
        bytes.Write(encoded[..new Rune(_unit).EncodeToUtf8(encoded)]);
    }

    // NTFS compares upper-cased characters.
    private static int Fold(int unit) => Rune.IsValid(unit) ? Rune.ToUpperInvariant(new Rune(unit)).Value : unit;

    private static int FoldDown(int unit) => Rune.IsValid(unit) ? Rune.ToLowerInvariant(new Rune(unit)).Value : unit;

    private bool IsInRanges(int unit, bool ignoreCase) =>
        IsInRanges(unit) || (ignoreCase && (IsInRanges(Fold(unit)) || IsInRanges(FoldDown(unit))));

    private bool IsInRanges(int unit)
    {
        foreach ((int low, int high) in _ranges)
        {
            if (unit >= low && unit <= high)
            {
                return true;
            }
        }

        return false;
    }
}
