namespace HandyBackup.Rpc;

/// <summary>What one panel's connection meets on the server.</summary>
/// <param name="Services">What it may call.</param>
/// <param name="Guard">Who judges each call. Belongs to the connection.</param>
public sealed record PanelSeat(PanelServices Services, IPanelGuard Guard);
