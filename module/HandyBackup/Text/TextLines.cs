using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Makes lines of text out of bytes as they come. A line ends at a line feed, a carriage return, or both; what follows the last one is a line too, unless it is nothing.</summary>
internal sealed class TextLines
{
    // What has no line end in so much text is no text.
    private const int LongestLine = 16 * 1024 * 1024;

    private readonly Decoder _decoder;
    private readonly StringBuilder _line = new();
    private char[] _characters = [];
    private bool _isAtStart = true;
    private bool _endsWithReturn;

    /// <param name="encoding">How the bytes are to be read.</param>
    public TextLines(Encoding encoding) => _decoder = encoding.GetDecoder();

    /// <summary>Takes bytes and gives the lines that they complete.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>: it is no text.</exception>
    public IEnumerable<string> Add(ReadOnlyMemory<byte> bytes) => Split(Decode(bytes.ToArray(), isLast: false));

    /// <summary>Gives what is left when all bytes were taken: no line, or the last.</summary>
    public IEnumerable<string> End()
    {
        foreach (string line in Split(Decode([], isLast: true)))
        {
            yield return line;
        }

        if (_line.Length > 0)
        {
            yield return _line.ToString();
        }
    }

    private int Decode(byte[] bytes, bool isLast)
    {
        int most = _decoder.GetCharCount(bytes, 0, bytes.Length, isLast);
        if (_characters.Length < most)
        {
            _characters = new char[most];
        }

        return _decoder.GetChars(bytes, 0, bytes.Length, _characters, 0, isLast);
    }

    private IEnumerable<string> Split(int count)
    {
        int start = 0;
        if (_isAtStart && count > 0)
        {
            // The byte order mark is not part of the text.
            start = _characters[0] == '\uFEFF' ? 1 : 0;
            _isAtStart = false;
        }

        for (int i = start; i < count; i++)
        {
            char character = _characters[i];
            if (character is not ('\n' or '\r'))
            {
                _endsWithReturn = false;
                continue;
            }

            _line.Append(_characters, start, i - start);
            start = i + 1;
            if (character == '\r' || !_endsWithReturn)
            {
                yield return _line.ToString();
                _line.Clear();
            }

            _endsWithReturn = character == '\r';
        }

        _line.Append(_characters, start, count - start);
        if (_line.Length > LongestLine)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "The content has no line ends: it is hardly text.") { Advice = "Read it with -AsByteStream." };
        }
    }
}
