using System.Globalization;

namespace HandyBackup.Rpc.Wire;

/// <summary>
/// Follows the frames of a multiplexing stream as their bytes arrive and refuses one that is too long. The multiplexer gathers a frame whole before it looks at
/// it, so one that announces gigabytes would be kept until memory ends. A frame is a MessagePack array: code, channel, who opened the channel, content
/// (MultiplexingStream.Formatters.cs, V3Formatter).
/// </summary>
internal sealed class FrameLimit
{
    /// <summary>The longest content of a frame in bytes: more than three times what the library sends in one.</summary>
    public const int MaximumContent = 64 * 1024;

    private const int MaximumElements = 4;

    private int _elementsLeft;
    private int _bytesToSkip;
    private int _lengthBytesLeft;
    private uint _length;

    /// <summary>Looks at the next bytes.</summary>
    /// <exception cref="InvalidDataException">They are no frame of a multiplexing stream, or one that is too long.</exception>
    public void Check(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bytesToSkip > 0)
            {
                int skipped = Math.Min(_bytesToSkip, bytes.Length);
                _bytesToSkip -= skipped;
                bytes = bytes.Slice(skipped);
                continue;
            }

            CheckByte(bytes[0]);
            bytes = bytes.Slice(1);
        }
    }

    private void CheckByte(byte value)
    {
        if (_lengthBytesLeft > 0)
        {
            _length = (_length << 8) | value;
            if (--_lengthBytesLeft == 0)
            {
                SkipContent();
            }
        }
        else if (_elementsLeft == 0)
        {
            _elementsLeft = value is > 0x90 and <= 0x90 + MaximumElements ? value - 0x90 : throw NoFrame();
        }
        else
        {
            _elementsLeft--;
            Begin(value);
        }
    }

    private void Begin(byte value)
    {
        switch (value)
        {
            case <= 0x7F or >= 0xE0 or 0xC0:
                break;
            case 0xCC or 0xD0:
                _bytesToSkip = 1;
                break;
            case 0xCD or 0xD1:
                _bytesToSkip = 2;
                break;
            case 0xCE or 0xD2:
                _bytesToSkip = 4;
                break;
            case 0xCF or 0xD3:
                _bytesToSkip = 8;
                break;
            case 0xC4:
                _lengthBytesLeft = 1;
                break;
            case 0xC5:
                _lengthBytesLeft = 2;
                break;
            case 0xC6:
                _lengthBytesLeft = 4;
                break;
            default:
                throw NoFrame();
        }
    }

    private void SkipContent()
    {
        if (_length > MaximumContent)
        {
            throw new InvalidDataException(string.Format(CultureInfo.InvariantCulture, "The peer announced a frame of {0} bytes; {1} are allowed.", _length, MaximumContent));
        }

        _bytesToSkip = (int)_length;
        _length = 0;
    }

    private static InvalidDataException NoFrame() => new("The peer sent something that is no frame of a multiplexing stream.");
}
