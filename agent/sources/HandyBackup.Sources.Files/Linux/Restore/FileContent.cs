using System.Buffers;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Content of open files, at places.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class FileContent
{
    private const int CopyBuffer = 256 * 1024;

    /// <summary>Writes all of it.</summary>
    /// <exception cref="SourceException">It cannot be written.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> content, long offset)
    {
        fixed (byte* pointer = content)
        {
            int done = 0;
            while (done < content.Length)
            {
                nint written = LibcFile.WriteAt(descriptor, pointer + done, content.Length - done, offset + done);
                if (written >= 0)
                {
                    done += (int)written;
                }
                else if (SystemError.Last != Errno.Interrupted)
                {
                    throw SystemError.Writing(SystemError.Last);
                }
            }
        }
    }

    /// <summary>True if the content of a place can be read and has this SHA-256.</summary>
    public static bool HasHash(int descriptor, long offset, int length, ReadOnlySpan<byte> sha256)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            for (int done = 0; done < length;)
            {
                Span<byte> content = buffer.AsSpan(0, Math.Min(CopyBuffer, length - done));
                if (!TryRead(descriptor, content, offset + done))
                {
                    return false;
                }

                hash.AppendData(content);
                done += content.Length;
            }

            return hash.GetHashAndReset().AsSpan().SequenceEqual(sha256);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies ranges from one file into another.</summary>
    /// <exception cref="SourceException">A range cannot be read or written.</exception>
    public static void Copy(int source, SparseWriter target, ByteRanges ranges, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            foreach ((long start, long end) in ranges.InOrder())
            {
                for (long at = start; at < end;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Span<byte> content = buffer.AsSpan(0, (int)Math.Min(CopyBuffer, end - at));
                    if (!TryRead(source, content, at))
                    {
                        throw new SourceException(SourceError.NotWritten, "What exists of it cannot be read any more.");
                    }

                    target.Write(content, at);
                    at += content.Length;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // False if there is less than that, or an error.
    private static bool TryRead(int descriptor, Span<byte> content, long offset)
    {
        fixed (byte* pointer = content)
        {
            int done = 0;
            while (done < content.Length)
            {
                nint read = LibcFile.ReadAt(descriptor, pointer + done, content.Length - done, offset + done);
                if (read > 0)
                {
                    done += (int)read;
                }
                else if (read == 0 || SystemError.Last != Errno.Interrupted)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
