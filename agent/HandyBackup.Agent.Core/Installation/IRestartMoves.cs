namespace HandyBackup.Agent.Core.Installation;

/// <summary>What the system is to do with files when the machine restarts, because they are in use until then.</summary>
public interface IRestartMoves
{
    /// <summary>Replaces a file at the restart.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    void Replace(string from, string to);

    /// <summary>Deletes a file or an empty folder at the restart.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    void Delete(string path);
}
