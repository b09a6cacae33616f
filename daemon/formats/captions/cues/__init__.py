"""From cues to speech: the lines and times of cues, who says them; captions that roll, grow or light up."""
