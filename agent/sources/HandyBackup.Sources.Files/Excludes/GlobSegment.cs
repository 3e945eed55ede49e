using System.Buffers;
using System.Text;

namespace HandyBackup.Sources.Files.Excludes;

/// <summary>
/// The part of a pattern that one name must match. Names are bytes: a character is a UTF-8 sequence, or a single byte where there is none.
/// Matching does not allocate.
/// </summary>
internal sealed class GlobSegment
{
    private readonly GlobToken[] _tokens;
    private readonly byte[] _literal;
    private readonly Shape _shape;
    private readonly bool _ignoreCase;

    /// <summary>Makes a segment of its tokens.</summary>
    public GlobSegment(GlobToken[] tokens, bool ignoreCase)
    {
        _tokens = tokens;
        _ignoreCase = ignoreCase;
        _shape = FindShape(tokens, ignoreCase);
        _literal = _shape == Shape.General ? [] : Encode(tokens);
    }

    private enum Shape
    {
        General,
        Equal,
        StartsWith,
        EndsWith,
        Contains,
    }

    /// <summary>Stands for any number of folders, and does not match names by itself.</summary>
    public static GlobSegment AnyFolders { get; } = new([], ignoreCase: false);

    /// <summary>Matches every name.</summary>
    public static GlobSegment AnyName { get; } = new([GlobToken.AnyRun], ignoreCase: false);

    public bool Matches(ReadOnlySpan<byte> name) => _shape switch
    {
        Shape.Equal => name.SequenceEqual(_literal),
        Shape.StartsWith => name.StartsWith(_literal),
        Shape.EndsWith => name.EndsWith(_literal),
        Shape.Contains => name.IndexOf(_literal) >= 0,
        _ => MatchesTokens(name),
    };

    // Goes forward; at a mismatch the last run of any characters takes one more. Linear but for patterns with many runs.
    private bool MatchesTokens(ReadOnlySpan<byte> name)
    {
        int at = 0;
        int token = 0;
        int runToken = -1;
        int runAt = 0;
        while (at < name.Length)
        {
            if (token < _tokens.Length && _tokens[token].IsAnyRun)
            {
                runToken = token++;
                runAt = at;
                continue;
            }

            int unit = ReadUnit(name[at..], out int length);
            if (token < _tokens.Length && _tokens[token].Matches(unit, _ignoreCase))
            {
                token++;
                at += length;
                continue;
            }

            if (runToken < 0)
            {
                return false;
            }

            token = runToken + 1;
            _ = ReadUnit(name[runAt..], out length);
            runAt += length;
            at = runAt;
        }

        while (token < _tokens.Length && _tokens[token].IsAnyRun)
        {
            token++;
        }

        return token == _tokens.Length;
    }

    private static int ReadUnit(ReadOnlySpan<byte> name, out int length)
    {
        if (name[0] < 0x80)
        {
            length = 1;
            return name[0];
        }

        if (Rune.DecodeFromUtf8(name, out Rune rune, out length) == OperationStatus.Done)
        {
            return rune.Value;
        }

        length = 1;
        return GlobToken.ByteUnit(name[0]);
    }

    // Comparing bytes is only right where case matters.
    private static Shape FindShape(GlobToken[] tokens, bool ignoreCase)
    {
        int runs = tokens.Count(token => token.IsAnyRun);
        if (ignoreCase || tokens.Any(token => !token.IsAnyRun && !token.IsLiteral))
        {
            return Shape.General;
        }

        bool startsWithRun = tokens.Length > 0 && tokens[0].IsAnyRun;
        bool endsWithRun = tokens.Length > 0 && tokens[^1].IsAnyRun;
        return (runs, startsWithRun, endsWithRun) switch
        {
            (0, _, _) => Shape.Equal,
            (1, true, _) => Shape.EndsWith,
            (1, _, true) => Shape.StartsWith,
            (2, true, true) => Shape.Contains,
            _ => Shape.General,
        };
    }

    private static byte[] Encode(GlobToken[] tokens)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (GlobToken token in tokens.Where(token => token.IsLiteral))
        {
            token.Encode(bytes);
        }

        return bytes.WrittenSpan.ToArray();
    }
}
