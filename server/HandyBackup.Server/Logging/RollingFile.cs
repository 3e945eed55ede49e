using System.Globalization;
using HandyBackup.Server.DataPaths;

namespace HandyBackup.Server.Logging;

/// <summary>
/// Appends to <c>name.log</c>; when that is full it becomes <c>name.1.log</c>, the older ones move up, and the oldest goes. So the
/// log never takes more room than its limits allow.
/// </summary>
internal sealed class RollingFile : IDisposable
{
    public const long DefaultMaximumBytes = 8 * 1024 * 1024;
    public const int DefaultCount = 5;

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly string _name;
    private readonly long _maximumBytes;
    private readonly int _count;
    private FileStream? _stream;

    public RollingFile(string folder, string name, long maximumBytes, int count)
    {
        _folder = folder;
        _name = name;
        _maximumBytes = maximumBytes;
        _count = count;
        try
        {
            Directory.CreateDirectory(folder);
            _stream = Open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DataFolder.Unusable(folder, exception.Message, exception);
        }
    }

    /// <summary>Appends a line. A full disk loses lines of the log, but never stops the server for that.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            try
            {
                if (_stream is null)
                {
                    return;
                }

                if (_stream.Length > 0 && _stream.Length + line.Length > _maximumBytes)
                {
                    Roll();
                }

                _stream.Write(line);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // There is no better place to complain to.
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stream?.Dispose();
            _stream = null;
        }
    }

    private void Roll()
    {
        _stream!.Dispose();
        for (int number = _count - 1; number > 0; number--)
        {
            string from = PathOf(number - 1);
            if (File.Exists(from))
            {
                File.Move(from, PathOf(number), overwrite: true);
            }
        }

        _stream = Open();
    }

    // Unbuffered: the last lines before a crash are the ones that matter.
    private FileStream Open() => new(PathOf(0), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private string PathOf(int number) =>
        Path.Combine(_folder, number == 0 ? _name + ".log" : string.Create(CultureInfo.InvariantCulture, $"{_name}.{number}.log"));
}
