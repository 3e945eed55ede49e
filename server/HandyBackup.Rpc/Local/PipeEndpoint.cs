using System.ComponentModel;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Security.Principal;
using System.Text;

namespace HandyBackup.Rpc.Local;

/// <summary>A named pipe of Windows whose name is derived from the data path's real place.</summary>
public sealed class PipeEndpoint : LocalEndpoint
{
    // A server that listens has an instance ready within milliseconds; a missing pipe would be waited for in vain.
    private const int ConnectMilliseconds = 1000;
    private const int HashBytes = 16;

    internal PipeEndpoint(string dataPath)
        : base(dataPath)
    {
    }

    /// <summary>The pipe's name, without <c>\\.\pipe\</c>. The data path must exist.</summary>
    /// <exception cref="IOException">The data path cannot be opened.</exception>
    public string PipeName => NameFor(WindowsFinalPath.Of(DataPath));

    /// <inheritdoc/>
    public override async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        NamedPipeClientStream? pipe = null;
        try
        {
            // Identification: a stranger's pipe of this name can see who connects, but cannot act in the user's name.
            pipe = new NamedPipeClientStream(".", PipeName, PipeDirection.InOut, PipeOptions.Asynchronous, TokenImpersonationLevel.Identification);
            await pipe.ConnectAsync(ConnectMilliseconds, cancellationToken).ConfigureAwait(false);
            if (!WindowsPipeOwner.IsTrusted(pipe.SafePipeHandle))
            {
                throw Denied("the pipe belongs to another user.", cause: null);
            }

            return pipe;
        }
        catch (Exception exception) when (exception is TimeoutException or IOException or Win32Exception)
        {
            pipe?.Dispose();
            throw NotRunning(exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            pipe?.Dispose();
            throw Denied(exception.Message, exception);
        }
        catch
        {
            pipe?.Dispose();
            throw;
        }
    }

    /// <summary>The name for a final path. File names on Windows differ by more than case only where someone asked for it, and then the hash of one serves both.</summary>
    internal static string NameFor(string finalPath)
    {
        byte[] path = Encoding.UTF8.GetBytes(finalPath.TrimEnd('\\').ToUpperInvariant());
#if NET
        return "HandyBackup." + Convert.ToHexString(SHA256.HashData(path), 0, HashBytes);
#else
        using var sha256 = SHA256.Create();
        return "HandyBackup." + BitConverter.ToString(sha256.ComputeHash(path), 0, HashBytes).Replace("-", "");
#endif
    }
}
