using System.Globalization;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Server.DataPaths;

/// <summary>
/// Holds <c>server.lock</c> open for itself alone, so that two servers never work on one data path. The system lets go of it when
/// the process ends, however it ends: a file that is left behind blocks nobody. The process id in it is for people.
/// </summary>
public sealed class DataPathLock : IDisposable
{
    private const string FileName = "server.lock";
    private readonly FileStream _file;

    private DataPathLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DataPathInUse"/> if another server has it, <see cref="ErrorCode.DataPathUnusable"/> if the file cannot be written.</exception>
    public static DataPathLock Acquire(string dataPath)
    {
        string path = Path.Combine(dataPath, FileName);
        FileStream? file = null;
        try
        {

            // On Unix .NET takes an exclusive lock (flock) for None alone, and the lock keeps nobody from reading the process id.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            return new DataPathLock(file);
        }
        catch (IOException exception) when (file is null && IsHeldByAnother(exception))
        {
            throw new HandyBackupException(ErrorCode.DataPathInUse, $"Another server already works on the data path '{dataPath}'.", exception)
            {
                Target = dataPath,
                Advice = $"Connect to it with Connect-HBServer, or choose another data path. The server's process id is in '{path}'.",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw DataFolder.Unusable(dataPath, exception.Message, exception);
        }
    }

    /// <summary>Lets go of the data path.</summary>
    public void Dispose() => _file.Dispose();

    // .NET reports a lock of another process as ERROR_SHARING_VIOLATION on Windows and as EWOULDBLOCK, which is 11 on Linux, elsewhere.
    private static bool IsHeldByAnother(IOException exception) =>
        exception.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : 11);
}
