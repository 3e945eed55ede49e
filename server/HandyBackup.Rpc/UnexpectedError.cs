namespace HandyBackup.Rpc;

/// <summary>An exception that a call should never end with. The panel gets the number alone, the log the rest.</summary>
/// <param name="CorrelationId">What the panel was told: leads from its message to this line of the log.</param>
/// <param name="Method">The method's name on the wire.</param>
/// <param name="Exception">What was thrown.</param>
public sealed record UnexpectedError(string CorrelationId, string Method, Exception Exception);
